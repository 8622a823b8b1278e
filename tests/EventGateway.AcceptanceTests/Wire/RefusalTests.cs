using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>
/// Requests over HTTP/1.1 that break its rules get one answer each, with the errors body, and a line in the log. Nothing that follows
/// them on the connection is taken for a request.
/// </summary>
public sealed class RefusalTests(HeaderGateway gateway) : IClassFixture<HeaderGateway>
{
    private const string Next = "GET /raw?next HTTP/1.1\r\nHost: a\r\n\r\n";

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string> Malformed => new()
    {
        { "hello\r\n\r\n", 400, "request line" },
        { "GET\r\n\r\n", 400, "request line" },
        { "GET /raw\r\n\r\n", 400, "request line" },
        { "GET  /raw HTTP/1.1\r\nHost: a\r\n\r\n", 400, "The" },
        { "G\u0001T /raw HTTP/1.1\r\nHost: a\r\n\r\n", 400, "request line" },
        { "GET /raw HTTP/3.7\r\nHost: a\r\n\r\n", 505, "version of HTTP" },
        { "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "target" },
        { "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "target" },
        { "GET raw HTTP/1.1\r\nHost: a\r\n\r\n", 405, "target" },
        { "GET http://[/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "target" },
        { "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 405, "target" },
        { "GET /raw HTTP/1.1\r\n\r\n", 400, "Host: missing" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "Host: occurs twice; one is accepted" },
        { "GET /raw HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "Host: must be" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400, "header" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\n: v\r\n\r\n", 400, "header" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nX Y: v\r\n\r\n", 400, "header" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nX\u00e9: v\r\n\r\n", 400, "header" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400, "header" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nX : v\r\n\r\n", 400, "header" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nX: v\r\n folded\r\n\r\n", 400, "header" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400, "header" },
        { $"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: a\r\n\r\n", 414, "8192 bytes" },
        { $"GET /raw HTTP/1.1\r\nHost: a\r\nX: {new string('a', 40_000)}\r\n\r\n", 431, "32768 bytes" },
        { $"GET /raw HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Repeat("X: v\r\n", 101))}\r\n", 431, "100 headers" },
        { "POST /raw HTTP/1.0\r\nHost: a\r\n\r\n", 400, "Content-Length: missing" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400, "Content-Length: must have only digits" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400, "Content-Length: must have only digits" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400, "Content-Length: must have only digits" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400, "Content-Length: must have only digits" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc", 400, "Content-Length: must have only digits" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\nabc", 400, "Content-Length: must have only digits" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, "Content-Length: occurs twice; one is accepted" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "both Content-Length and Transfer-Encoding" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, "Transfer-Encoding: only chunked" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501, "Transfer-Encoding: only chunked" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400, "Transfer-Encoding: only chunked" },
        { "GET /raw HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, "Transfer-Encoding: only chunked" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Answers_once_says_why_and_reads_no_further(string request, int status, string text)
    {
        foreach (var client in (RawHttpClient[])[gateway.Gateway.Events, gateway.Gateway.Config])
        {
            var logged = gateway.Gateway.Output.Length;

            var answers = await Http1Answers.SendAsync(client, request + Next);

            var (head, body) = answers.ShouldHaveSingleItem(string.Join("\n---\n", answers));
            head.ShouldStartWith($"HTTP/1.1 {status} ");
            head.ShouldContain("Connection: close\r\n");
            head.ShouldContain("Content-Type: application/json\r\n");
            head.ShouldContain($"Content-Length: {body.Length}\r\n");
            var message = JsonNode.Parse(body)!["errors"]!.AsArray().ShouldHaveSingleItem()!["message"]!.GetValue<string>();
            message.ShouldContain(text);
            await Eventually.TrueAsync(
                () => gateway.Gateway.Output[logged..].Contains($" with {status}: {message}", StringComparison.Ordinal), $"the log has: {message}");
        }
    }

    [Fact]
    public async Task Answers_HEAD_without_a_body()
    {
        var (head, body) = (await Http1Answers.SendAsync(gateway.Gateway.Events, "HEAD /raw HTTP/1.1\r\nHost: a b\r\n\r\n")).ShouldHaveSingleItem();

        head.ShouldStartWith("HTTP/1.1 400 ");
        head.ShouldContain("Content-Type: application/json\r\n");
        body.ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_the_requests_before_a_malformed_one()
    {
        var answers = await Http1Answers.SendAsync(gateway.Gateway.Events, $"{Next}{Next}GET /raw HTTP/1.1\r\n\r\n");

        answers.Select(static answer => answer.Head[..12]).ShouldBe(["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 400"]);
    }

    // RFC 9112, section 2.2, allows it.
    [Fact]
    public async Task Takes_a_line_feed_for_the_end_of_a_line()
    {
        var answers = await Http1Answers.SendAsync(gateway.Gateway.Events, "GET /raw HTTP/1.1\nHost: a\nX-Value: a\nX-Y: b\n\nGET /raw HTTP/1.1\r\n\r\n");

        answers.Select(static answer => answer.Head[..12]).ShouldBe(["HTTP/1.1 200", "HTTP/1.1 400"]);
        answers[0].Head.ShouldContain("x-echo: a\r\n");
    }

    [Theory]
    [InlineData("http://other.example/raw", "a")]
    [InlineData("http://other.example:1234/raw", "a")]
    [InlineData("https://other.example/raw?x=1", "other.example:443")]
    public async Task Ignores_Host_beside_an_absolute_target(string target, string host)
    {
        var (head, _) = (await Http1Answers.SendAsync(gateway.Gateway.Events, $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).ShouldHaveSingleItem();

        head.ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task Refuses_two_Event_headers()
    {
        var (head, body) = (await Http1Answers.SendAsync(gateway.Gateway.Events, "POST / HTTP/1.1\r\nHost: a\r\nEvent: a\r\nEvent: b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).ShouldHaveSingleItem();

        head.ShouldStartWith("HTTP/1.1 400 ");
        body.ShouldContain("Event: occurs twice; one is accepted");
    }
}
