using System.Security.Cryptography.X509Certificates;
using EventGateway.TestSupport;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A certificate for a server on this machine, and its files.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Creates the certificate and writes the files.</summary>
    public ServerCertificate()
    {
        File.WriteAllText(CertificateFile, Certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; } = SelfSigned.Create();

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
