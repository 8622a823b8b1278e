using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>Requests that are signed as Standard Webhooks describe it, and functions that are asked first.</summary>
public sealed class HttpSigningTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Hmac = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Ed25519 = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    [Theory]
    [InlineData("sync", null)]
    [InlineData("sync", "raw")]
    [InlineData("async", null)]
    public async Task The_body_is_signed_with_each_key(string type, string? responseMode)
    {
        var path = await running.SubscribeWithAsync(
            Signed(Hmac, Ed25519), type: type, more: responseMode is null ? null : new JsonObject { ["responseMode"] = responseMode });

        await running.SendAsync(path);

        var call = (await running.CallsAsync(path, 1))[0];
        var (id, timestamp) = (call.Headers.Find("webhook-id")!, call.Headers.Find("webhook-timestamp")!);
        id.ShouldBe(call.Json["id"]!.GetValue<string>());
        var content = Encoding.UTF8.GetBytes($"{id}.{timestamp}.{call.Text}");
        var signatures = call.Headers.Find("webhook-signature")!.Split(' ');
        signatures.Length.ShouldBe(2);
        signatures[0].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Hmac["whsec_".Length..]), content)));
        signatures[1].ShouldStartWith("v1a,");
        Convert.FromBase64String(signatures[1]["v1a,".Length..]).Length.ShouldBe(64);
    }

    [Fact]
    public async Task A_raw_request_cannot_be_signed()
    {
        var path = await running.SubscribeWithAsync(Signed(Hmac));

        var errors = await running.RefusedAsync(
            "subscriptions",
            new JsonObject { ["type"] = "sync", ["eventType"] = "http.request", ["functionId"] = path[1..], ["path"] = "/raw" + path, ["method"] = "POST", ["requestMode"] = "raw" });

        errors.ShouldHaveSingleItem().ShouldContain("requestMode");
        var later = await running.SubscribeWithAsync([], more: new JsonObject { ["requestMode"] = "raw" });
        running.Functions[later + later] = FunctionAnswer.Of("raw");
        var settings = Signed(Hmac);
        settings["url"] = running.Functions.Url(later);
        var body = new JsonObject { ["type"] = "http", ["provider"] = settings }.ToJsonString();
        foreach (var response in new[]
        {
            await running.Config.SendAsync(RawRequest.With("PUT", "/v1/spaces/default/functions" + later, "application/json", body)),
            await running.Config.SendAsync(RawRequest.With("PATCH", "/v1/spaces/default/functions" + later, "application/json", body)),
            await running.Config.PostAsync($"/v1/spaces/default/functions{later}/signing/rotate", ""),
        })
        {
            response.Status.ShouldBe(400);
            response.Errors.ShouldHaveSingleItem().ShouldEndWith("has requestMode \"raw\", and raw requests cannot be signed.");
        }

        (await running.SendAsync(later)).Text.ShouldBe("raw");
    }

    [Fact]
    public async Task A_function_is_asked_once_whether_it_wants_events()
    {
        var path = await running.SubscribeWithAsync(
            new JsonObject { ["validation"] = new JsonObject { ["origin"] = "gw.example.com", ["rate"] = 600 }, ["headers"] = new JsonObject { ["X-Key"] = "k" } },
            Allowing("gw.example.com", "*"));

        (await running.SendAsync(path)).Text.ShouldBe("done");
        (await running.SendAsync(path)).Text.ShouldBe("done");

        var calls = running.CallsOf(path);
        calls.Select(call => call.Method).ShouldBe(["OPTIONS", "POST", "POST"]);
        calls[0].Headers.Find("WebHook-Request-Origin").ShouldBe("gw.example.com");
        calls[0].Headers.Find("WebHook-Request-Rate").ShouldBe("600");
        calls[0].Headers.Find("X-Key").ShouldBe("k");
    }

    [Fact]
    public async Task A_function_that_does_not_want_events_gets_none()
    {
        var path = await running.SubscribeWithAsync(new JsonObject { ["validation"] = true }, Allowing("other.example.com", null));

        (await running.SendAsync(path)).Status.ShouldBe(502);
        running.CallsOf(path).Select(call => call.Method).ShouldBe(["OPTIONS"]);

        running.Functions[path] = Allowing("event-gateway", null);
        (await running.SendAsync(path)).Text.ShouldBe("done");
    }

    [Fact]
    public async Task A_function_gets_no_more_requests_than_it_allows()
    {
        var path = await running.SubscribeWithAsync(new JsonObject { ["validation"] = true }, Allowing("*", "2"));

        (await running.SendAsync(path)).Text.ShouldBe("done");
        (await running.SendAsync(path)).Status.ShouldBe(502);

        running.CallsOf(path).Select(call => call.Method).ShouldBe(["OPTIONS", "POST"]);
    }

    private static JsonObject Signed(params string[] keys) => new()
    {
        ["signing"] = new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key))]) },
    };

    private static FunctionAnswer Allowing(string origin, string? rate) => FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""") with
    {
        Headers = [new HttpField("WebHook-Allowed-Origin", origin), .. rate is null ? (HttpField[])[] : [new HttpField("WebHook-Allowed-Rate", rate)]],
    };
}
