using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Functions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The gateway follows the rules of HTTP for proxies when it forwards raw requests and answers.</summary>
public sealed class RawProtocolTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public async Task An_answer_that_cannot_have_a_body_has_none(int status)
    {
        var path = await ForwardAsync(new FunctionAnswer { Status = status, Headers = [new HttpField("ETag", "\"1\"")] });

        var response = await running.Events.GetAsync(path);

        response.Status.ShouldBe(status);
        response.Header("ETag").ShouldBe("\"1\"");
        response.Body.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("requestMode", "HEAD")]
    [InlineData("responseMode", "POST")]
    public async Task An_answer_to_HEAD_has_a_length_and_no_body(string mode, string method)
    {
        var path = await SubscribeAsync(FunctionAnswer.Of("12345"), mode, "HEAD");

        var response = await running.Events.SendAsync(new RawRequest("HEAD", path));

        response.Status.ShouldBe(200);
        response.Header("Content-Length").ShouldBe("5");
        response.Body.ShouldBeEmpty();
        Calls(path).ShouldHaveSingleItem().Method.ShouldBe(method);
    }

    [Fact]
    public async Task Forwards_headers_with_UTF_8_in_both_directions()
    {
        var path = await ForwardAsync(new FunctionAnswer { Headers = [new HttpField("X-Answer", "größer ✓")] });

        var response = await running.Events.GetAsync(path, new HttpField("X-Name", "größer ✓"), new HttpField("X-Name", "2"));

        response.Status.ShouldBe(200);
        response.Header("X-Answer").ShouldBe("größer ✓");
        Calls(path).ShouldHaveSingleItem().Headers.Find("X-Name")!.ShouldStartWith("größer ✓");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var path = await ForwardAsync(new FunctionAnswer { Status = 302, Headers = [new HttpField("Location", "/elsewhere")] });

        var response = await running.Events.GetAsync(path);

        response.Status.ShouldBe(302);
        response.Header("Location").ShouldBe("/elsewhere");
        Calls(path).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Forwards_a_chunked_answer()
    {
        var path = await ForwardAsync(new FunctionAnswer
        {
            Raw = async (stream, stop) => await stream.WriteAsync(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"u8.ToArray(), stop),
        });

        var response = await running.Events.GetAsync(path);

        response.Text.ShouldBe("abcde");
        response.Header("Transfer-Encoding").ShouldBe("chunked");
    }

    [Fact]
    public async Task Forwards_a_chunked_request_without_its_trailers()
    {
        var path = await ForwardAsync(FunctionAnswer.Of("done"));

        var response = await running.Events.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n"));

        response.Text.ShouldBe("done");
        Calls(path).ShouldHaveSingleItem().Text.ShouldBe("abc");
    }

    [Fact]
    public async Task A_sender_that_expects_100_Continue_gets_it()
    {
        var path = await ForwardAsync(FunctionAnswer.Of("done"));
        await using var connection = await running.Events.ConnectAsync(Test);
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"), Test);

        await new HttpStreamReader(connection).ReadFieldsAsync(Test);
        await connection.WriteAsync("abc"u8.ToArray(), Test);

        (await RawHttpClient.ReadResponseAsync(connection, head: false, Test)).Text.ShouldBe("done");
        Calls(path).ShouldHaveSingleItem().Text.ShouldBe("abc");
    }

    [Fact]
    public async Task Removes_an_offer_to_upgrade_to_HTTP_2()
    {
        var path = await ForwardAsync(FunctionAnswer.Of("done"));

        var response = await running.Events.SendAsync(new RawRequest("GET", path)
        {
            Headers = [new HttpField("Connection", "Upgrade, HTTP2-Settings"), new HttpField("Upgrade", "h2c"), new HttpField("HTTP2-Settings", "AAMAAABk")],
        });

        response.Text.ShouldBe("done");
        var headers = Calls(path).ShouldHaveSingleItem().Headers;
        headers.Find("Upgrade").ShouldBeNull();
        headers.Find("HTTP2-Settings").ShouldBeNull();
    }

    [Theory]
    [InlineData("#part")]
    [InlineData("?a=b#part")]
    public async Task Refuses_a_target_with_a_fragment(string fragment)
    {
        var path = await ForwardAsync(FunctionAnswer.Of("done"), "/*rest");

        var response = await running.Events.GetAsync($"{path}/x{fragment}");

        response.Status.ShouldBe(400);
        response.Errors.ShouldHaveSingleItem().ShouldContain("#");
        Calls(path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Accepts_a_target_in_absolute_form()
    {
        var path = await ForwardAsync(FunctionAnswer.Of("done"));

        (await running.Events.GetAsync($"http://gateway.local{path}?x=/y")).Text.ShouldBe("done");

        Calls(path).ShouldHaveSingleItem().Path.ShouldEndWith($"{path}?x=/y");
    }

    [Fact]
    public async Task Forwards_the_trace_context_and_counts_the_call()
    {
        var path = await SubscribeAsync(FunctionAnswer.Of("done"), "responseMode", "PUT");
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        (await running.Events.SendAsync(new RawRequest("PUT", path) { Headers = [new HttpField("traceparent", trace)] })).Text.ShouldBe("done");

        Calls(path).ShouldHaveSingleItem().Headers.Find("traceparent").ShouldBe(trace);
        (await CountAsync("success")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_malformed_request_body_is_400_and_not_a_failure_of_the_function()
    {
        var path = await ForwardAsync(FunctionAnswer.Of("done"));

        var response = await running.Events.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"));

        response.Status.ShouldBe(400);
        response.Errors.ShouldBe(["The request's body cannot be read."]);
        HasFailed(path).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sender_that_disconnects_is_not_a_failure_of_the_function(bool answers)
    {
        var cancelled = await CountAsync("cancelled");
        var called = new TaskCompletionSource();
        var disconnected = new TaskCompletionSource();
        var path = await ForwardAsync(new FunctionAnswer
        {
            Raw = async (stream, stop) =>
            {
                if (answers)
                {
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"u8.ToArray(), stop);
                    await stream.FlushAsync(stop);
                }

                called.TrySetResult();
                await disconnected.Task.WaitAsync(stop);
            },
        });
        await using (var connection = await running.Events.ConnectAsync(Test))
        {
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"), Test);
            await called.Task.WaitAsync(Test);
            if (answers)
            {
                (await connection.ReadAsync(new byte[100], Test)).ShouldBeGreaterThan(0);
            }
        }

        await Eventually.TrueAsync(async () => await CountAsync("cancelled") > cancelled, "the gateway notices that the sender has disconnected");
        disconnected.SetResult();
        HasFailed(path).ShouldBeFalse();
    }

    [Fact]
    public async Task An_unrequested_protocol_switch_is_502()
    {
        var path = await ForwardAsync(new FunctionAnswer
        {
            Raw = async (stream, stop) => await stream.WriteAsync("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\nX-Own: 1\r\n\r\n"u8.ToArray(), stop),
        });

        var response = await running.Events.GetAsync(path);

        response.Status.ShouldBe(502, response.ToString());
        response.Header("X-Own").ShouldBeNull();
        response.Errors.ShouldBe(["Function call failed. Please check logs."]);
    }

    [Fact]
    public async Task A_truncated_answer_is_logged_and_never_looks_complete()
    {
        var path = await ForwardAsync(new FunctionAnswer
        {
            Raw = async (stream, stop) => await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"u8.ToArray(), stop),
        });

        var response = await running.Events.GetAsync(path);

        (response.Status is not 200 || response.Incomplete).ShouldBeTrue();
        await Eventually.TrueAsync(() => HasFailed(path), "the failure is logged");
    }

    // Returns the number of calls of HTTP functions with this outcome.
    private async Task<double> CountAsync(string outcome) => (await running.Config.GetAsync("/metrics")).Text.Split('\n')
        .Where(line => line.StartsWith("eventgateway_function_call_seconds_count{", StringComparison.Ordinal)
            && line.Contains("type=\"http\"", StringComparison.Ordinal)
            && line.Contains($"outcome=\"{outcome}\"", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1]));

    private bool HasFailed(string path) =>
        running.Gateway.Output.Contains($"Raw call of function {path[1..]} of space default failed", StringComparison.Ordinal);

    private Task<string> ForwardAsync(FunctionAnswer answer, string more = "") => SubscribeAsync(answer, "requestMode", "GET", more);

    private async Task<string> SubscribeAsync(FunctionAnswer answer, string mode, string method, string more = "")
    {
        var settings = new JsonObject { [mode] = "raw", ["method"] = method };
        var path = await running.SubscribeWithAsync([], answer, more: settings, pathEnd: more);
        running.Functions[path + path] = answer;
        return path;
    }

    private List<FunctionCall> Calls(string path) => [.. running.Functions.Calls().Where(call => call.Path.StartsWith(path, StringComparison.Ordinal))];
}
