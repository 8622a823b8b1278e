using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A certificate for a server on this machine, with files for the program to read.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Makes the certificate and writes the files.</summary>
    public ServerCertificate()
    {
        using var keys = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", keys, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, keys.ExportPkcs8PrivateKeyPem());
        Certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The file with the certificate, as PEM.</summary>
    public string CertificateFile => Path.Combine(_directory.Path, "tls.crt");

    /// <summary>The file with the private key, as PEM.</summary>
    public string KeyFile => Path.Combine(_directory.Path, "tls.key");

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _directory.Dispose();
    }
}
