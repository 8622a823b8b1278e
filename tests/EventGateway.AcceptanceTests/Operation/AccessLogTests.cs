using System.Text;
using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>The log of <c>--access-log</c>.</summary>
public sealed class AccessLogTests
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task Has_a_line_for_each_request_with_what_became_of_it()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await StartAsync("--log-level", "error");
        await gateway.SubscribeAsync(functions, "a", new FunctionAnswer(), "/async", "async", "user.created");
        await gateway.SubscribeAsync(functions, "b", new FunctionAnswer(), "/async", "async", "user.created", newType: false);
        await gateway.SubscribeAsync(functions, "sync", FunctionAnswer.Of("""{"statusCode":201,"body":"made"}"""), "/sync");

        // A line is written after the answer, so that of the next request could come before it.
        await gateway.Events.SendAsync(RawRequest.With(
            "POST", "/async?key=secret", "application/json", "{}", new HttpField("Event", "user.created"), new HttpField("TraceParent", TraceParent), new HttpField("Authorization", "secret")));
        await LinesAsync(gateway, 1);
        await gateway.Events.SendAsync(RawRequest.With("POST", "/sync", "text/plain", "hello"));
        await LinesAsync(gateway, 2);
        await gateway.Events.GetAsync("/none");
        await LinesAsync(gateway, 3);
        await gateway.Events.SendAsync(RawRequest.With("POST", "/async", "application/cloudevents+json", "no event"));

        var lines = await LinesAsync(gateway, 4);
        lines.Select(static line => string.Join(' ', Names.Select(name => line.GetProperty(name)))).ShouldBe(
        [
            "POST /async HTTP/1.1 202 127.0.0.1 user.created default 2 2 0 0af7651916cd43dd8448eb211c80319c",
            "POST /sync HTTP/1.1 201 127.0.0.1 http.request default 1 5 4 -",
            $"GET /none HTTP/1.1 404 127.0.0.1 http.request - 0 0 {lines[2].GetProperty("bytesOut")} -",
            $"POST /async HTTP/1.1 400 127.0.0.1 - - 0 8 {lines[3].GetProperty("bytesOut")} -",
        ]);
        lines[2].GetProperty("bytesOut").GetInt64().ShouldBeGreaterThan(10);
        lines.ShouldAllBe(static line => line.GetProperty("durationMs").GetDouble() > 0);
        gateway.Output.ShouldNotContain("secret");
        gateway.Output.ShouldNotContain("ConfigWritten");
    }

    [Fact]
    public async Task Counts_bodies_that_are_streamed_both_ways()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await StartAsync();
        var big = new string('x', 200_000);
        // A raw request goes to its own path below the function's.
        functions["/raw/raw"] = FunctionAnswer.Of(big);
        await gateway.SubscribeAsync(
            functions, "raw", new FunctionAnswer(), "/raw", more: new System.Text.Json.Nodes.JsonObject { ["requestMode"] = "raw", ["responseMode"] = "raw" });

        var answer = await gateway.Events.SendAsync(Encoding.ASCII.GetBytes(
            "POST /raw HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"));

        answer.Text.ShouldBe(big);
        var line = (await LinesAsync(gateway, 1))[0];
        line.GetProperty("bytesIn").GetInt64().ShouldBe(7);
        line.GetProperty("bytesOut").GetInt64().ShouldBe(big.Length);
        line.GetProperty("subscriptions").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Lists_the_types_of_a_batch()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await StartAsync();
        await gateway.SubscribeAsync(functions, "f", new FunctionAnswer(), "/", "async", "t1");
        var batch = string.Join(',', Enumerable.Range(1, 6).Select(static i => $$"""{"specversion":"1.0","id":"{{i}}","source":"/s","type":"t{{i}}"}"""));

        (await gateway.Events.SendAsync(RawRequest.With("POST", "/", "application/cloudevents-batch+json", $"[{batch}]"))).Status.ShouldBe(202);

        var line = (await LinesAsync(gateway, 1))[0];
        line.GetProperty("eventType").GetString().ShouldBe("t1,t2,t3,t4,…");
        line.GetProperty("subscriptions").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Is_off_by_default()
    {
        await using var gateway = await GatewayProcess.StartAsync("--log-format", "json", "--log-level", "debug");
        await gateway.Events.GetAsync("/none");
        await gateway.StopAsync();

        gateway.Output.ShouldNotContain("RequestServed");
    }

    [Fact]
    public async Task No_request_can_forge_a_line()
    {
        await using var gateway = await GatewayProcess.StartAsync("--access-log");
        await gateway.Events.SendAsync(Encoding.UTF8.GetBytes("POST /\u001b[31m\u202e HTTP/1.1\r\nHost: x\r\nEvent: \u001b[31m\u202e\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        await gateway.Events.SendAsync(RawRequest.With("POST", "/%0a%0dforged", "text/plain", "x", new HttpField("Event", "a\u0085\u009b[2J")));
        await gateway.StopAsync();

        gateway.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
            .ShouldAllBe(static line => line.Length > 0 && char.IsAsciiDigit(line[0]) && !line.Any(char.IsControl));
        gateway.Output.ShouldContain("AccessLog[212] POST /%0a%0dforged HTTP/1.1 ");
    }

    private static readonly string[] Names =
        ["method", "path", "protocol", "status", "remoteAddress", "eventType", "spaces", "subscriptions", "bytesIn", "bytesOut", "traceId"];

    private static Task<GatewayProcess> StartAsync(params string[] more) => GatewayProcess.StartAsync(["--access-log", "--log-format", "json", .. more]);

    private static async Task<List<JsonElement>> LinesAsync(GatewayProcess gateway, int count)
    {
        await Eventually.TrueAsync(() => Served().Count == count, $"{count} requests are logged");
        return Served();

        List<JsonElement> Served() =>
            [.. gateway.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line)).Where(static line => line.GetProperty("event").GetString() == "RequestServed")];
    }
}
