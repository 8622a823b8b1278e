using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>A function whose server requires a client certificate. Its own certificate is of a private authority.</summary>
public sealed class HttpCertificateTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Theory]
    [InlineData("sync", null)]
    [InlineData("sync", "requestMode")]
    [InlineData("sync", "responseMode")]
    [InlineData("async", null)]
    public async Task The_gateway_shows_its_certificate_and_trusts_the_functions_authority(string type, string? mode)
    {
        using var certificates = new TestCertificates();
        await using var functions = certificates.Serve();
        var path = await SubscribeAsync(functions, certificates.Settings(), type, mode);

        var response = await running.SendAsync(path);

        response.Status.ShouldBe(type is "async" ? 202 : 200, response.ToString());
        (await functions.WaitForAsync(1)).ShouldBeTrue();
        functions.Calls()[0].ClientCertificate.ShouldBe(certificates.Client.Thumbprint);
    }

    [Theory]
    [InlineData("certificate", "The remote certificate is invalid")]
    [InlineData("ca", "The call failed: ")]
    public async Task A_call_without_the_one_or_the_other_fails(string given, string cause)
    {
        using var certificates = new TestCertificates();
        await using var functions = certificates.Serve();
        var path = await SubscribeAsync(functions, certificates.Settings(given), "sync", mode: null);
        var raw = await SubscribeAsync(functions, certificates.Settings(given), "sync", "requestMode");

        (await running.SendAsync(path)).Status.ShouldBe(502);
        (await running.SendAsync(raw)).Status.ShouldBe(502);

        functions.Count.ShouldBe(0);
        running.Gateway.Output.Split('\n').Where(line => line.Contains($"Function {path[1..]} of", StringComparison.Ordinal))
            .ShouldHaveSingleItem().ShouldContain(cause);
        running.Gateway.Output.ShouldNotContain(certificates.ClientKey.Split('\n')[1]);
    }

    [Fact]
    public async Task An_authority_that_is_not_the_servers_is_not_enough()
    {
        using var certificates = new TestCertificates();
        using var others = new TestCertificates();
        await using var functions = certificates.Serve();
        var settings = certificates.Settings();
        settings["ca"] = others.Settings()["ca"]!.DeepClone();

        var path = await SubscribeAsync(functions, settings, "sync", mode: null);

        (await running.SendAsync(path)).Status.ShouldBe(502);
        functions.Count.ShouldBe(0);
    }

    private async Task<string> SubscribeAsync(FunctionServer functions, JsonObject tls, string type, string? mode)
    {
        var name = running.NewName();
        functions["/" + name] = FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""");
        functions[$"/{name}/{name}"] = FunctionAnswer.Of("raw");
        await running.CreateAsync("functions", new JsonObject
        {
            ["functionId"] = name,
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = functions.Url("/" + name), ["tls"] = tls },
        });
        var subscription = new JsonObject { ["type"] = type, ["eventType"] = "http.request", ["functionId"] = name, ["path"] = "/" + name, ["method"] = "POST" };
        if (mode is not null)
        {
            subscription[mode] = "raw";
        }

        await running.CreateAsync("subscriptions", subscription);
        return "/" + name;
    }
}
