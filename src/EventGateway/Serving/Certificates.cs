using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventGateway.Serving;

/// <summary>Reads the certificates of the listeners.</summary>
internal static class Certificates
{
    /// <summary>Loads a certificate with its private key, and all certificates of its file as the chain for clients.</summary>
    /// <exception cref="CertificateException">A file cannot be read or has the wrong content.</exception>
    public static (X509Certificate2 Leaf, X509Certificate2Collection Chain) Load(string certificate, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            return (X509Certificate2.CreateFromPemFile(certificate, key), chain);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CertificateException($"The certificate {certificate} with key {key} cannot be used: {exception.Message}", exception);
        }
    }
}
