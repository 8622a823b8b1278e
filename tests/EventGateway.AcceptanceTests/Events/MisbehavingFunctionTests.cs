using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>A sender always gets an HTTP answer, whatever the function does.</summary>
public sealed class MisbehavingFunctionTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("""{"statusCode":200,"body":"x""")]
    [InlineData("""{"statusCode":"OK"}""")]
    [InlineData("""{"statusCode":99}""")]
    [InlineData("""{"statusCode":1000}""")]
    [InlineData("""{"statusCode":200,"headers":[]}""")]
    [InlineData("""{"statusCode":200,"cookies":{}}""")]
    public async Task An_invalid_response_object_is_502(string body)
    {
        var response = await CallAsync(FunctionAnswer.Of(body));

        ShouldBeFailure(response, 502);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("")]
    public async Task A_truncated_or_malformed_answer_is_502(string bytes)
    {
        var response = await CallAsync(Raw((stream, ct) => stream.WriteAsync(Encoding.ASCII.GetBytes(bytes), ct).AsTask()));

        ShouldBeFailure(response, 502);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_error_status_is_502_and_a_redirect_is_not_followed(int status)
    {
        var before = running.Functions.Count;

        var response = await CallAsync(new FunctionAnswer { Status = status, Headers = [new HttpField("Location", "/elsewhere")] });

        ShouldBeFailure(response, 502);
        running.Functions.Calls(before).ShouldNotContain(c => c.Path == "/elsewhere");
    }

    [Fact]
    public async Task An_unreachable_function_is_502()
    {
        var name = running.NewName();
        await running.Config.PostAsync(
            "/v1/spaces/default/functions",
            $$"""{"functionId":"{{name}}","type":"http","provider":{"url":"http://127.0.0.1:{{FreePort.Next()}}/"} }""");
        await running.Config.PostAsync(
            "/v1/spaces/default/subscriptions",
            $$"""{"type":"sync","eventType":"http.request","functionId":"{{name}}","path":"/{{name}}"}""");

        ShouldBeFailure(await running.Events.SendAsync(new RawRequest("POST", $"/{name}")), 502);
    }

    [Fact]
    public async Task A_function_that_hangs_gets_504_after_its_timeout() =>
        ShouldBeFailure(await CallAsync(new FunctionAnswer { Until = Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken) }, "PT0.3S"), 504);

    [Fact]
    public async Task A_function_that_hangs_after_its_headers_gets_504_after_its_timeout() =>
        ShouldBeFailure(
            await CallAsync(
                Raw(async (stream, ct) =>
                {
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"u8.ToArray(), ct);
                    await Task.Delay(Timeout.Infinite, ct);
                }),
                "PT0.3S"),
            504);

    [Fact]
    public async Task A_function_that_streams_forever_is_an_error()
    {
        var response = await CallAsync(
            Raw(async (stream, ct) =>
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"body\":\""u8.ToArray(), ct);
                var part = new byte[64 * 1024];
                Array.Fill(part, (byte)'x');
                while (true)
                {
                    await stream.WriteAsync(part, ct);
                }
            }),
            "PT5S");

        response.Status.ShouldBeOneOf(502, 504);
        response.Errors.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_function_cannot_inject_headers()
    {
        const string Body = """
            {"statusCode":200,"headers":{
              "x-good":"g",
              "x-split":"a\r\nX-Injected: 1\r\n\r\nHTTP/1.1 200 OK",
              "bad name":"a","x-colon: y\r\nX-Injected":"1","":"empty",
              "transfer-encoding":"chunked","connection":"upgrade","upgrade":"h2c","keep-alive":"x","te":"x","trailer":"x",
              "proxy-connection":"x","content-length":"3"},
             "body":"hello"}
            """;

        var response = await CallAsync(FunctionAnswer.Of(Body));

        response.Status.ShouldBe(200, response.ToString());
        response.Text.ShouldBe("hello");
        response.Incomplete.ShouldBeFalse();
        response.Header("x-good").ShouldBe("g");
        foreach (var name in new[] { "x-injected", "upgrade", "keep-alive", "te", "trailer", "proxy-connection", "bad name", "" })
        {
            response.Header(name).ShouldBeNull(name);
        }

        response.Header("connection").ShouldNotBe("upgrade");
    }

    [Fact]
    public async Task A_slow_function_does_not_delay_another()
    {
        var slowPath = $"/{running.NewName()}";
        var release = new TaskCompletionSource();
        await running.SubscribeAsync(FunctionAnswer.Of("{}") with { Until = release.Task }, slowPath);
        var slow = Enumerable.Range(0, 100).Select(_ => running.Events.SendAsync(new RawRequest("POST", slowPath))).ToArray();

        var fast = await CallAsync(FunctionAnswer.Of("""{"statusCode":200,"body":"fast"}"""));

        fast.Text.ShouldBe("fast");
        release.SetResult();
        (await Task.WhenAll(slow)).ShouldAllBe(r => r.Status == 200);
    }

    private static FunctionAnswer Raw(Func<Stream, CancellationToken, Task> write) => new() { Raw = write };

    private static void ShouldBeFailure(RawResponse response, int status)
    {
        response.Status.ShouldBe(status, response.ToString());
        response.Header("content-type").ShouldNotBeNull().ShouldStartWith("application/json");
        response.Errors.ShouldHaveSingleItem();
    }

    private async Task<RawResponse> CallAsync(FunctionAnswer answer, string? timeout = null)
    {
        var path = $"/{running.NewName()}";
        await running.SubscribeAsync(answer, path, delivery: timeout is null ? null : new JsonObject { ["timeout"] = timeout });
        return await running.Events.SendAsync(new RawRequest("POST", path));
    }
}
