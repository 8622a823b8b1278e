using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>TLS on both listeners.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Both_APIs_use_TLS_with_the_configured_certificate()
    {
        using var certificate = new ServerCertificate();
        var (cert, key) = (certificate.CertificateFile, certificate.KeyFile);
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Certificate = certificate.Certificate,
            Arguments =
            [
                "--events-tls-cert", cert, "--events-tls-key", key,
                "--config-tls-cert", cert, "--config-tls-key", key,
            ],
        });

        (await gateway.Config.GetAsync("/v1/status")).Status.ShouldBe(200);
        (await gateway.Events.GetAsync("/unknown")).Status.ShouldBe(404);
        (await new RawHttpClient(gateway.EventsPort).GetAsync("/unknown")).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Refuses_a_certificate_without_its_key()
    {
        using var certificate = new ServerCertificate();
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { Arguments = ["--events-tls-cert", certificate.CertificateFile] });

        (await gateway.WaitForExitAsync()).ShouldNotBe(0);

        gateway.Output.ShouldContain("--events-tls-key");
        gateway.Output.ShouldNotContain("Unhandled exception");
    }
}
