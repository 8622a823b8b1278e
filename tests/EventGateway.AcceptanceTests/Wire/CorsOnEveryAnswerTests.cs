using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>Every answer has the CORS headers of its path, so that a web page can read the error.</summary>
public sealed class CorsOnEveryAnswerTests(WireGateway wire) : IClassFixture<WireGateway>, IAsyncLifetime
{
    private const string Origin = "https://page.example";

    private static int _last;
    private readonly FunctionServer _functions = new();
    private readonly string _name = $"cors{Interlocked.Increment(ref _last)}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _functions.DisposeAsync();

    [Theory]
    [InlineData("", 502)]
    [InlineData("HTTP/1.1 200 OK\r\nX-Own: a\u0001b\r\nContent-Length: 0\r\n\r\n", 502)]
    [InlineData("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://own.example\r\nX-Own: a\u0001b\r\nContent-Length: 0\r\n\r\n", 502)]
    [InlineData("HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n", 502)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", 502)]
    [InlineData("HTTP/1.1 500 OK\r\nContent-Length: 0\r\n\r\n", 500)]
    public async Task A_raw_answer_that_breaks_off_has_them(string answer, int status)
    {
        var raw = new FunctionAnswer { Raw = async (stream, stop) => await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop) };
        await SubscribeAsync(raw, new JsonObject { ["requestMode"] = "raw" });

        await ShouldHaveHeadersAsync(status);
    }

    [Fact]
    public async Task A_raw_answer_that_does_not_come_has_them()
    {
        var stop = new TaskCompletionSource();
        await SubscribeAsync(new FunctionAnswer { Until = stop.Task }, new JsonObject { ["requestMode"] = "raw", ["delivery"] = new JsonObject { ["timeout"] = "PT0.1S" } });

        await ShouldHaveHeadersAsync(504);
        stop.SetResult();
    }

    [Fact]
    public async Task A_body_that_is_malformed_has_them()
    {
        await SubscribeAsync(FunctionAnswer.Of("{}"), []);

        var response = await wire.Gateway.Events.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /{_name} HTTP/1.1\r\nHost: x\r\nOrigin: {Origin}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));

        (response.Status, response.Header("Access-Control-Allow-Origin")).ShouldBe((400, Origin));
    }

    [Theory]
    [InlineData("Content-Type", "a/b; c", 400)]
    [InlineData("Content-Length", "2000000", 413)]
    [InlineData("Via", "1.1 event-gateway-1,1.1 event-gateway-1,1.1 event-gateway-1,1.1 event-gateway-1,1.1 event-gateway-1,1.1 event-gateway-1,1.1 event-gateway-1,1.1 event-gateway-1,1.1 event-gateway-1", 508)]
    public async Task A_refusal_has_them(string name, string value, int status)
    {
        await SubscribeAsync(FunctionAnswer.Of("{}"), []);

        var response = await wire.Gateway.Events.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /{_name} HTTP/1.1\r\nHost: x\r\nOrigin: {Origin}\r\n{name}: {value}\r\n{(name == "Content-Length" ? "" : "Content-Length: 0\r\n")}\r\n"));

        (response.Status, response.Header("Access-Control-Allow-Origin")).ShouldBe((status, Origin));
    }

    private async Task SubscribeAsync(FunctionAnswer answer, JsonObject more)
    {
        _functions[$"/{_name}/{_name}"] = answer;
        more["cors"] = new JsonObject { ["allowedOrigins"] = new JsonArray(Origin) };
        await wire.Gateway.SubscribeAsync(_functions, _name, answer, "/" + _name, more: more);
    }

    private async Task ShouldHaveHeadersAsync(int status)
    {
        var response = await wire.Gateway.Events.SendAsync(new RawRequest("POST", "/" + _name) { Headers = [new HttpField("Origin", Origin)] });
        (response.Status, response.Header("Access-Control-Allow-Origin"), response.Header("Vary"), response.Header("X-Own")).ShouldBe((status, Origin, "Origin", null));

        var over2 = await wire.SendHttp2Async("POST", "/" + _name, [new HttpField("origin", Origin)]);
        over2.Status.ShouldBe(status);
        over2.Headers.ShouldContain(header => header.Value == Origin);
    }
}
