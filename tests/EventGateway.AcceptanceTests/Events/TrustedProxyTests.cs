using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Functions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The forwarding headers of raw requests behind a proxy.</summary>
public sealed class TrustedProxyTests
{
    [Theory]
    [InlineData("127.0.0.0/8", "https", "shop.example.com")]
    [InlineData("10.0.0.0/8,127.0.0.1", "https", "shop.example.com")]
    [InlineData("10.0.0.0/8", "http", "gateway.local")]
    public async Task Forwards_scheme_and_host_only_from_a_trusted_proxy(string trusted, string scheme, string host)
    {
        await using var running = new RunningGateway(["--trusted-proxies", trusted]);
        await running.InitializeAsync();
        var path = await running.SubscribeWithAsync([], more: new JsonObject { ["requestMode"] = "raw" });
        running.Functions[path + path] = FunctionAnswer.Of("done");

        await running.Events.SendAsync(new RawRequest("POST", path)
        {
            Headers =
            [
                new HttpField("X-Forwarded-For", "192.0.2.1"), new HttpField("X-Forwarded-Proto", "https"), new HttpField("X-Forwarded-Host", "shop.example.com"),
                new HttpField("Forwarded", "for=192.0.2.1"),
            ],
        });
        await running.Events.SendAsync(new RawRequest("POST", path));

        var calls = running.CallsOf(path + path);
        calls[0].Headers.Find("X-Forwarded-Proto").ShouldBe(scheme);
        calls[0].Headers.Find("X-Forwarded-Host").ShouldBe(host);
        calls[0].Headers.Find("X-Forwarded-For").ShouldBe("192.0.2.1, 127.0.0.1");
        calls[0].Headers.Find("Forwarded").ShouldBeNull();
        calls[1].Headers.Find("X-Forwarded-Proto").ShouldBe("http");
        calls[1].Headers.Find("X-Forwarded-Host").ShouldBe("gateway.local");
        calls[1].Headers.Find("X-Forwarded-For").ShouldBe("127.0.0.1");
    }
}
