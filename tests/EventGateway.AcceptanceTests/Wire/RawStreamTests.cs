using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>Raw answers that are streams: their head is there at once, they may pause, and they end as complete or broken.</summary>
public sealed class RawStreamTests(WireGateway wire) : IClassFixture<WireGateway>, IAsyncLifetime
{
    private const string Stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Own: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Length = "HTTP/1.1 200 OK\r\nX-Own: 1\r\nContent-Length: 5\r\n\r\n";

    private static int _last;
    private readonly FunctionServer _functions = new();
    private readonly string _name = $"stream{Interlocked.Increment(ref _last)}";
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _go.TrySetResult();
        return _functions.DisposeAsync();
    }

    [Theory]
    [InlineData("requestMode", Stream, "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("responseMode", Stream, "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("requestMode", Length, "hello")]
    [InlineData("responseMode", Length, "hello")]
    public async Task The_head_comes_before_the_body(string mode, string head, string body)
    {
        await SubscribeAsync(mode, async (stream, stop) =>
        {
            await WriteAsync(stream, head, stop);
            await _go.Task.WaitAsync(stop);
            await WriteAsync(stream, body, stop);
        });
        await using var over1 = await wire.Gateway.Events.ConnectAsync(Test);
        await using var over2 = await wire.ConnectHttp2Async(Test);
        await WriteAsync(over1, $"POST /{_name} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}", Test);
        await over2.SendAsync(FrameType.Headers, Http2Connection.EndHeaders, 1, Hpack.Encode(Http2Connection.Request("POST", "/" + _name)), Test);
        await over2.SendAsync(FrameType.Data, Http2Connection.EndStream, 1, "{}"u8.ToArray(), Test);

        var reader = new HttpStreamReader(over1);
        (await reader.ReadLineAsync(Test)).ShouldBe("HTTP/1.1 200 OK");
        var fields = await reader.ReadFieldsAsync(Test);
        fields.Find("X-Own").ShouldBe("1");
        (await over2.ReadHeadAsync(1, Test)).Find("x-own").ShouldBe("1");

        _go.SetResult();
        Encoding.ASCII.GetString(await reader.ReadBodyAsync(fields, toEnd: false, Test)).ShouldBe("hello");
    }

    [Fact]
    public async Task A_stream_that_pauses_for_longer_than_the_timeout_stays_open_and_a_sender_that_leaves_it_is_no_failure()
    {
        await SubscribeAsync(
            "requestMode",
            async (stream, stop) =>
            {
                await WriteAsync(stream, Stream, stop);
                await Task.Delay(TimeSpan.FromSeconds(1.5), stop);
                await WriteAsync(stream, "5\r\nhello\r\n", stop);
                await _go.Task.WaitAsync(stop);
            },
            "PT0.5S");
        var cancelled = await CountAsync("cancelled");
        await using (var connection = await wire.Gateway.Events.ConnectAsync(Test))
        {
            await WriteAsync(connection, $"POST /{_name} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", Test);
            var reader = new HttpStreamReader(connection);
            (await reader.ReadLineAsync(Test)).ShouldBe("HTTP/1.1 200 OK");
            await reader.ReadFieldsAsync(Test);
            (await reader.ReadLineAsync(Test)).ShouldBe("5");
        }

        await Eventually.TrueAsync(async () => await CountAsync("cancelled") > cancelled, "the call is counted as cancelled");
        wire.Gateway.Output.ShouldNotContain($"Raw call of function {_name} of space default failed");
    }

    [Fact]
    public async Task A_stream_that_breaks_off_never_looks_complete()
    {
        await SubscribeAsync("requestMode", async (stream, stop) =>
        {
            await WriteAsync(stream, Stream, stop);
            await _go.Task.WaitAsync(stop);
        });
        await using var connection = await wire.Gateway.Events.ConnectAsync(Test);
        await WriteAsync(connection, $"POST /{_name} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", Test);
        var reader = new HttpStreamReader(connection);
        (await reader.ReadLineAsync(Test)).ShouldBe("HTTP/1.1 200 OK");
        await reader.ReadFieldsAsync(Test);

        _go.SetResult();

        var end = await Record.ExceptionAsync(async () => await reader.ReadLineAsync(Test));
        (end is IOException || (end is null && await reader.ReadLineAsync(Test) is null)).ShouldBeTrue();
        await Eventually.TrueAsync(
            () => wire.Gateway.Output.Contains($"Raw call of function {_name} of space default failed", StringComparison.Ordinal), "the failure is logged");
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nX-Own: 1\r\nContent-Length: 5\r\n\r\n", 200)]
    [InlineData("POST", "HTTP/1.1 200 OK\r\nX-Own: 1\r\nContent-Length: 0\r\n\r\n", 200)]
    [InlineData("POST", "HTTP/1.1 200 OK\r\nX-Own: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200)]
    [InlineData("POST", "HTTP/1.1 204 X\r\nX-Own: 1\r\n\r\n", 204)]
    [InlineData("POST", "HTTP/1.1 304 X\r\nX-Own: 1\r\nContent-Length: 5\r\n\r\n", 304)]
    public async Task An_answer_without_a_body_is_complete(string method, string answer, int status)
    {
        await SubscribeAsync("requestMode", (stream, stop) => WriteAsync(stream, answer, stop), method: method);

        var over1 = await wire.Gateway.Events.SendAsync(new RawRequest(method, "/" + _name));
        (over1.Status, over1.Header("X-Own"), over1.Body.Length, over1.Incomplete).ShouldBe((status, "1", 0, false));
        var over2 = await wire.SendHttp2Async(method, "/" + _name);
        (over2.Status, over2.Headers.Find("x-own"), over2.Body.Length).ShouldBe((status, "1", 0));
    }

    private static Task WriteAsync(Stream stream, string text, CancellationToken stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop).AsTask();

    private async Task SubscribeAsync(string mode, Func<Stream, CancellationToken, Task> answer, string timeout = "PT10S", string method = "POST")
    {
        var raw = new FunctionAnswer { Raw = answer };
        _functions[$"/{_name}/{_name}"] = raw;
        var more = new JsonObject { [mode] = "raw", ["method"] = method };
        await wire.Gateway.SubscribeAsync(_functions, _name, raw, "/" + _name, delivery: new JsonObject { ["timeout"] = timeout }, more: more);
    }

    private async Task<double> CountAsync(string outcome) => (await wire.Gateway.Config.GetAsync("/metrics")).Text.Split('\n')
        .Where(line => line.StartsWith("eventgateway_function_call_seconds_count{", StringComparison.Ordinal) && line.Contains($"outcome=\"{outcome}\"", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1]));
}
