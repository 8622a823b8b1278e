using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>Senders that pause are served, as long as the gateway's own limits allow it. The refusal of others names the limit.</summary>
public sealed class SlowSenderTests(WireGateway wire) : IClassFixture<WireGateway>, IAsyncLifetime
{
    private static int _last;
    private readonly FunctionServer _functions = new();
    private readonly string _name = $"slow{Interlocked.Increment(ref _last)}";

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _functions.DisposeAsync();

    // Longer than the 5 s after which the server underneath gives up by default.
    [Fact]
    public async Task A_pause_within_the_timeout_is_no_error()
    {
        var pause = TimeSpan.FromSeconds(7);
        await SubscribeAsync("raw", null, timeout: "PT60S");
        await SubscribeAsync("event", new JsonObject(), timeout: null);

        var answers = await Task.WhenAll(OverHttp1Async("raw"), OverHttp1Async("event"), OverHttp2Async("raw"), OverHttp2Async("event"));

        answers.ShouldBe([200, 200, 200, 200]);
        _functions.Calls().Count(call => call.Text == "[1,  2]").ShouldBe(2);

        async Task<int> OverHttp1Async(string path)
        {
            await using var connection = await wire.Gateway.Events.ConnectAsync(Test);
            await WriteAsync(connection, $"POST /{_name}-{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\n[1, ");
            await Task.Delay(pause, Test);
            await WriteAsync(connection, " 2]");
            return (await RawHttpClient.ReadResponseAsync(connection, head: false, Test)).Status;
        }

        async Task<int> OverHttp2Async(string path)
        {
            await using var connection = await wire.ConnectHttp2Async(Test);
            await connection.SendAsync(FrameType.Headers, Http2Connection.EndHeaders, 1, Hpack.Encode(Http2Connection.Request("POST", $"/{_name}-{path}")), Test);
            await connection.SendAsync(FrameType.Data, 0, 1, "[1, "u8.ToArray(), Test);
            await Task.Delay(pause, Test);
            await connection.SendAsync(FrameType.Data, Http2Connection.EndStream, 1, " 2]"u8.ToArray(), Test);
            return (await connection.ReadAnswerAsync(1, Test)).Status;
        }
    }

    [Fact]
    public async Task A_silent_sender_of_a_raw_request_is_408_and_no_failure_of_the_function()
    {
        const string Error = "The body of the request stopped before its end: no data came for 0.5 seconds, the limit of delivery.timeout.";
        await SubscribeAsync("raw", null, timeout: "PT0.5S");
        await using var over1 = await wire.Gateway.Events.ConnectAsync(Test);
        await WriteAsync(over1, $"POST /{_name}-raw HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n");
        await using var over2 = await wire.ConnectHttp2Async(Test);
        await over2.SendAsync(FrameType.Headers, Http2Connection.EndHeaders, 1, Hpack.Encode(Http2Connection.Request("POST", $"/{_name}-raw")), Test);

        var answer = await RawHttpClient.ReadResponseAsync(over1, head: false, Test);
        (answer.Status, answer.Errors.Single(), answer.Header("Connection")).ShouldBe((408, Error, "close"));
        var answer2 = await over2.ReadAnswerAsync(1, Test);
        (answer2.Status, JsonNode.Parse(answer2.Text)!["errors"]![0]!["message"]!.GetValue<string>()).ShouldBe((408, Error));

        // The connection still serves others.
        await over2.SendAsync(FrameType.Headers, Http2Connection.EndHeaders | Http2Connection.EndStream, 3, Hpack.Encode(Http2Connection.Request("GET", "/livez")), Test);
        (await over2.ReadAnswerAsync(3, Test)).Status.ShouldBe(200);
        wire.Gateway.Output.ShouldNotContain($"Raw call of function {_name}-raw of space default failed");
    }

    [Fact]
    public async Task The_operator_sets_the_limits()
    {
        await using var gateway = await GatewayProcess.StartAsync(["--function-timeout", "2", "--min-request-rate", "1000", "--raw-idle-timeout", "1"]);
        var silent = new FunctionAnswer
        {
            Raw = async (stream, stop) =>
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"u8.ToArray(), stop);
                await Task.Delay(Timeout.Infinite, stop);
            },
        };
        _functions["/quiet/quiet"] = silent;
        await gateway.SubscribeAsync(_functions, "quiet", silent, "/quiet", more: new JsonObject { ["requestMode"] = "raw" });
        await gateway.SubscribeAsync(_functions, "events", FunctionAnswer.Of("{}"), "/events");

        var quiet = gateway.Events.PostAsync("/quiet", "{}");
        var stopped = SendAsync("/events", trickles: false);
        var answers = await Task.WhenAll(stopped, SendAsync("/events", trickles: true), SendAsync("/quiet", trickles: true));

        answers.ShouldAllBe(answer => answer.Status == 408);
        answers[0].Errors.ShouldBe(["The body of the request stopped before its end: no data came for 2 seconds, the limit of --function-timeout."]);
        answers[1].Errors.ShouldBe(["The body of the request comes too slowly: less than 1000 bytes a second, the limit of --min-request-rate."]);
        answers[2].Errors.ShouldBe(answers[1].Errors);
        (await quiet).Incomplete.ShouldBeTrue();
        gateway.Output.ShouldContain("nothing came in the middle of the answer for 1 seconds, the limit of --raw-idle-timeout");

        async Task<RawResponse> SendAsync(string path, bool trickles)
        {
            await using var connection = await gateway.Events.ConnectAsync(Test);
            await WriteAsync(connection, $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n[");
            var answer = RawHttpClient.ReadResponseAsync(connection, head: false, Test);
            while (trickles && await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(200), Test)) != answer)
            {
                try
                {
                    await WriteAsync(connection, " ");
                }
                catch (IOException)
                {
                    break;
                }
            }

            return await answer;
        }
    }

    private static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), Test).AsTask();

    private async Task SubscribeAsync(string path, JsonObject? more, string? timeout)
    {
        var name = $"{_name}-{path}";
        var answer = FunctionAnswer.Of("{}");
        _functions[$"/{name}/{name}"] = answer;
        more ??= new JsonObject { ["requestMode"] = "raw" };
        await wire.Gateway.SubscribeAsync(
            _functions, name, answer, "/" + name, delivery: timeout is null ? null : new JsonObject { ["timeout"] = timeout }, more: more);
    }
}
