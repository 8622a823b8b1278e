using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventGateway.TestSupport;

/// <summary>Creates self-signed certificates.</summary>
internal static class SelfSigned
{
    /// <summary>Creates a certificate with its key, for a server or client on this machine. It is valid from yesterday until tomorrow.</summary>
    /// <param name="name">The common name.</param>
    public static X509Certificate2 Create(string name = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return Servable(certificate);
    }

    /// <summary>Copies a certificate with its key, so that servers can use it. On some systems servers need a key that was loaded from PKCS #12.</summary>
    public static X509Certificate2 Servable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
}
