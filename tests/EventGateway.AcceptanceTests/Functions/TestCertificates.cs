using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using EventGateway.TestSupport;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>An authority of its own, and certificates that it signed for a server and a client, the client's by way of another authority.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _root = Sign("CN=root", issuer: null, days: 3, isAuthority: true);
    private readonly X509Certificate2 _intermediate;
    private readonly X509Certificate2 _server;

    /// <summary>Makes them.</summary>
    public TestCertificates()
    {
        _intermediate = Sign("CN=intermediate", _root, days: 2, isAuthority: true);
        _server = Sign("CN=server", _root, days: 1, isAuthority: false);
        Client = Sign("CN=gateway", _intermediate, days: 1, isAuthority: false);
        ClientKey = Client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>What the client shows.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>The client's private key, as PEM.</summary>
    public string ClientKey { get; }

    /// <summary>Starts a server that wants a certificate which leads to the root, with no help from outside.</summary>
    public FunctionServer Serve() => new(new SslServerAuthenticationOptions
    {
        ServerCertificate = _server,
        ClientCertificateRequired = true,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            CustomTrustStore = { _root },
        },
    });

    /// <summary>The setting <c>tls</c>.</summary>
    /// <param name="only">The only part of it to set. Null means all parts.</param>
    public JsonObject Settings(string? only = null)
    {
        var tls = new JsonObject();
        if (only is null or "ca")
        {
            tls["ca"] = _root.ExportCertificatePem();
        }

        if (only is null or "certificate")
        {
            tls["certificate"] = $"{Client.ExportCertificatePem()}\n{_intermediate.ExportCertificatePem()}";
            tls["key"] = ClientKey;
        }

        return tls;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _server.Dispose();
        Client.Dispose();
    }

    private static X509Certificate2 Sign(string name, X509Certificate2? issuer, int days, bool isAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        if (!isAuthority)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        var now = TimeProvider.System.GetUtcNow();
        using var certificate = issuer is null
            ? request.CreateSelfSigned(now.AddDays(-days), now.AddDays(days))
            : WithKey(request.Create(issuer, now.AddDays(-days), now.AddDays(days), Guid.NewGuid().ToByteArray()), key);
        return SelfSigned.Servable(certificate);
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, ECDsa key)
    {
        using (certificate)
        {
            return certificate.CopyWithPrivateKey(key);
        }
    }
}
