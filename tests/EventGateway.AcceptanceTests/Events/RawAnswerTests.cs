using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Functions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The sender of a raw request gets a valid answer, or sees that the answer is incomplete, whatever the function answers.</summary>
public sealed class RawAnswerTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Chunked = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

    [Theory]
    [InlineData("HTTP/1.1 204 X\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\nhello", 204)]
    [InlineData("HTTP/1.1 204 X\r\n" + Chunked, 204)]
    [InlineData("HTTP/1.1 205 X\r\nContent-Length: 5\r\n\r\nhello", 205)]
    [InlineData("HTTP/1.1 205 X\r\nContent-Length: 5\r\n\r\n", 205)]
    [InlineData("HTTP/1.1 205 X\r\n" + Chunked, 205)]
    [InlineData("HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n", 304)]
    [InlineData("HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\nhello", 304)]
    [InlineData("HTTP/1.1 304 X\r\n" + Chunked, 304)]
    public async Task Forwards_an_answer_without_a_body(string answer, int status)
    {
        var response = await AskAsync(answer);

        response.Status.ShouldBe(status, response.ToString());
        response.Body.ShouldBeEmpty();
        response.Header("Transfer-Encoding").ShouldBeNull();
        response.Header("Content-Length").ShouldBe(status switch { 205 => "0", 304 when answer.Contains("Length", StringComparison.Ordinal) => "5", _ => null });
        ShouldNotFail();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("hello\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("HTTP/1.1 102 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 199 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 000 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 099 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 600 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 999 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 20 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 2000 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 -20 X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 abc X\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 a\u0001b\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 a\u007fb\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("ICY 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nX Own: 1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: 1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX\u0001: 1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Own: a\u0001b\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Own: a\u007fb\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Own: a")]
    public async Task An_answer_that_violates_HTTP_is_502_with_an_errors_body(string answer)
    {
        var response = await AskAsync(answer);

        response.Status.ShouldBe(502, response.ToString());
        response.Errors.ShouldBe(["Function call failed. Please check logs."]);
        response.Header("X-Own").ShouldBeNull();
        ShouldNotFail();
    }

    [Theory]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n" + Chunked)]
    [InlineData("HTTP/1.1 200 OK\r\nX-Own: a\r\n b\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Own: a\0b\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Own: a\rb\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 500 X\r\n\r\n")]
    public async Task Forwards_an_unusual_but_readable_answer(string answer)
    {
        var response = await AskAsync(answer);

        response.Status.ShouldBe(200, response.ToString());
        response.Text.ShouldBe("hello");
        // HttpClient replaces NUL, CR and line folding in a value with spaces.
        (response.Header("X-Own") ?? "a b").ShouldMatch("^a +b$");
        ShouldNotFail();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloo\r\n0\r\n\r\n")]
    public async Task A_truncated_body_never_looks_complete(string answer)
    {
        var response = await AskAsync(answer);

        (response.Status is 0 or 502 || response.Incomplete).ShouldBeTrue(response.ToString());
        ShouldNotFail();
    }

    [Theory]
    [InlineData("X-Gone")]
    [InlineData("close, x-gone , keep-alive")]
    [InlineData("a=b, X-Gone")]
    [InlineData("\"X-Gone\"")]
    [InlineData("Access-Control-Allow-Origin, Vary, X-Gone, content-length, Content-Type")]
    public async Task Removes_the_headers_that_Connection_lists(string connection)
    {
        var response = await AskAsync(
            $"HTTP/1.1 200 OK\r\nConnection: {connection}\r\nX-Gone: 1\r\nX-Kept: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\n"
            + "Proxy-Own: 1\r\nProxy-Status: a\r\nContent-Type: text/odd\r\nTransfer-Encoding: chunked\r\nTrailer: X-Gone\r\n\r\n"
            + "5\r\nhello\r\n0\r\nX-Gone: 2\r\nX-Kept: 2\r\nKeep-Alive: 2\r\nProxy-Own: 2\r\n\r\n");

        response.Status.ShouldBe(200, response.ToString());
        response.Text.ShouldBe("hello");
        response.Header("X-Kept").ShouldBe("1");
        response.Header("Proxy-Status").ShouldBe("a");
        foreach (var name in (string[])["X-Gone", "Keep-Alive", "Proxy-Authenticate", "Proxy-Own"])
        {
            response.Header(name).ShouldBeNull(name);
        }

        response.Header("Content-Type").ShouldBe(connection.Contains("Content-Type", StringComparison.Ordinal) ? null : "text/odd");
    }

    private async Task<RawResponse> AskAsync(string answer) => await running.Events.GetAsync(await SubscribeAsync(answer));

    private async Task<string> SubscribeAsync(string answer)
    {
        var raw = new FunctionAnswer { Raw = async (stream, stop) => await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop) };
        var path = await running.SubscribeWithAsync([], raw, more: new JsonObject { ["requestMode"] = "raw", ["method"] = "GET" });
        running.Functions[path + path] = raw;
        return path;
    }

    private void ShouldNotFail()
    {
        running.Gateway.Output.ShouldNotContain(" fail: ");
        running.Gateway.Output.ShouldNotContain("   at ");
    }
}
