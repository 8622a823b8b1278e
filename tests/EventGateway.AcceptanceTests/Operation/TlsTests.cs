using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>TLS on both listeners.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Both_APIs_speak_TLS_with_the_certificate_that_they_were_given()
    {
        using var directory = new TemporaryDirectory();
        using var certificate = WriteCertificate(directory.Path, out var cert, out var key);
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Certificate = certificate,
            Arguments =
            [
                "--events-tls-cert", cert, "--events-tls-key", key,
                "--config-tls-cert", cert, "--config-tls-key", key,
            ],
        });

        (await gateway.Config.GetAsync("/v1/status")).Status.ShouldBe(200);
        (await gateway.Events.GetAsync("/nobody")).Status.ShouldBe(404);
        (await new RawHttpClient(gateway.EventsPort).GetAsync("/nobody")).Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_refused()
    {
        using var directory = new TemporaryDirectory();
        using var certificate = WriteCertificate(directory.Path, out var cert, out _);
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { Arguments = ["--events-tls-cert", cert] });

        (await gateway.WaitForExitAsync()).ShouldNotBe(0);

        gateway.Output.ShouldContain("--events-tls-key");
        gateway.Output.ShouldNotContain("Unhandled exception");
    }

    private static X509Certificate2 WriteCertificate(string directory, out string cert, out string key)
    {
        using var keys = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", keys, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        cert = Path.Combine(directory, "tls.crt");
        key = Path.Combine(directory, "tls.key");
        File.WriteAllText(cert, certificate.ExportCertificatePem());
        File.WriteAllText(key, keys.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadCertificate(certificate.RawData);
    }
}
