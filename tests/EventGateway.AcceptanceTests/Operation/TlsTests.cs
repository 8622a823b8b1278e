using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>TLS on both listeners.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Both_APIs_speak_TLS_with_the_certificate_that_they_were_given()
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
        (await gateway.Events.GetAsync("/nobody")).Status.ShouldBe(404);
        (await new RawHttpClient(gateway.EventsPort).GetAsync("/nobody")).Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_refused()
    {
        using var certificate = new ServerCertificate();
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { Arguments = ["--events-tls-cert", certificate.CertificateFile] });

        (await gateway.WaitForExitAsync()).ShouldNotBe(0);

        gateway.Output.ShouldContain("--events-tls-key");
        gateway.Output.ShouldNotContain("Unhandled exception");
    }
}
