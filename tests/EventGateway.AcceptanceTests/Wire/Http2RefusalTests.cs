using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>A malformed request over HTTP/2 costs its stream. Another request on the same connection is answered.</summary>
public sealed class Http2RefusalTests(HeaderGateway gateway) : IClassFixture<HeaderGateway>
{
    private const int Reset = 0;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a byte above 7F in a header", "x-value:Ren\u00e9", 200, "")]
    [InlineData("a byte above 7F in the path", ":path:/\u00e9", 400, "percent-encoded")]
    [InlineData("UTF-8 in the path", ":path:/\u00c3\u00a9", 400, "percent-encoded")]
    [InlineData("a space in the path", ":path:/a b", 400, "percent-encoded")]
    [InlineData("a signed length", "content-length:+3", Reset, "")]
    [InlineData("a length that is no number", "content-length:x", Reset, "")]
    [InlineData("a length that is too long", "content-length:99999999999999999999999", Reset, "")]
    [InlineData("an escaped NUL in the path", ":path:/%00", Reset, "")]
    [InlineData("a path without a slash", ":path:raw", Reset, "")]
    [InlineData("an empty path", ":path:", Reset, "")]
    [InlineData("a method that is no token", ":method:G T", Reset, "")]
    [InlineData("another scheme", ":scheme:ftp", Reset, "")]
    [InlineData("a host that is no host", ":authority:a b", Reset, "")]
    public async Task Costs_one_stream(string what, string field, int status, string text)
    {
        var at = field.IndexOf(':', 1);
        var (name, value) = (field[..at], field[(at + 1)..]);
        var fields = Http2Connection.Request("GET", "/raw").Where(other => other.Name != name).ToList();
        fields.Insert(name[0] == ':' ? 0 : fields.Count, new HttpField(name, value));

        await CostsOneStreamAsync(what, fields, status, text);
    }

    [Fact]
    public Task A_request_without_a_path_costs_one_stream() =>
        CostsOneStreamAsync("no path", Http2Connection.Request("GET", "/").Where(static field => field.Name != ":path"), Reset, "");

    [Fact]
    public Task Too_many_headers_cost_one_stream() =>
        CostsOneStreamAsync("150 headers", Http2Connection.Request("GET", "/raw", Enumerable.Repeat(new HttpField("x", "v"), 150)), 431, "");

    [Fact]
    public Task Too_large_headers_cost_one_stream() =>
        CostsOneStreamAsync("40 KB of headers", Http2Connection.Request("GET", "/raw", Enumerable.Range(0, 5).Select(static i => new HttpField($"x{i}", new string('a', 8000)))), 431, "");

    // Kestrel ends the connection, as RFC 9113, section 5.4.1, allows. When this test fails, docs/events-api.md promises too little.
    [Theory]
    [InlineData("X-Upper", "v", 1)]
    [InlineData("connection", "close", 1)]
    [InlineData("x", "a\0b", 1)]
    [InlineData("x", "a\nb", 1)]
    [InlineData("x\u00e9", "v", 1)]
    [InlineData(":path", "/again", 1)]
    [InlineData(":unknown", "v", 1)]
    [InlineData("content-length", "0", 2)]
    [InlineData("x", "v", 201)]
    public async Task Ends_the_connection_where_the_server_gives_no_choice(string name, string value, int times)
    {
        var logged = gateway.Gateway.Output.Length;
        var slow = new TaskCompletionSource();
        gateway.Function.Until = slow.Task;
        await using var connection = await gateway.ConnectHttp2Async(Test);
        await SendAsync(connection, 1, Http2Connection.Request("GET", "/slow"));
        await SendAsync(connection, 3, Http2Connection.Request("GET", "/raw", Enumerable.Repeat(new HttpField(name, value), times)));

        (await connection.ReadAnswerAsync(1, Test)).Status.ShouldBe(0);

        slow.SetResult();
        await Eventually.TrueAsync(() => gateway.Gateway.Output[logged..].Contains("Ended an HTTP/2 connection of a client: ", StringComparison.Ordinal), "the log has the cause");
    }

    private async Task CostsOneStreamAsync(string what, IEnumerable<HttpField> fields, int status, string text)
    {
        foreach (var toConfig in (bool[])[false, true])
        {
            var logged = gateway.Gateway.Output.Length;
            var slow = new TaskCompletionSource();
            gateway.Function.Until = slow.Task;
            await using var connection = await gateway.ConnectHttp2Async(Test, toConfig);
            await SendAsync(connection, 1, Http2Connection.Request("GET", toConfig ? "/v1/status" : "/slow"));
            if (toConfig)
            {
                (await connection.ReadAnswerAsync(1, Test)).Status.ShouldBe(200);
            }

            await SendAsync(connection, 3, fields);
            var answer = await connection.ReadAnswerAsync(3, Test);
            slow.SetResult();

            // The Configuration API has no such path.
            answer.Status.ShouldBe(toConfig && status == 200 ? 404 : status, what);
            if (text.Length > 0)
            {
                JsonNode.Parse(answer.Text)!["errors"]![0]!["message"]!.GetValue<string>().ShouldContain(text, customMessage: what);
            }

            if (toConfig)
            {
                await SendAsync(connection, 5, Http2Connection.Request("GET", "/v1/status"));
            }

            (await connection.ReadAnswerAsync(toConfig ? 5 : 1, Test)).Status.ShouldBe(200, what);
            if (status != 200)
            {
                var line = status == Reset ? "Ended an HTTP/2 stream of a client: " : $" with {status}: ";
                await Eventually.TrueAsync(() => gateway.Gateway.Output[logged..].Contains(line, StringComparison.Ordinal), $"the log has the cause: {what}");
            }
        }
    }

    // Frames have at most 16 KiB.
    private static async Task SendAsync(Http2Connection connection, int stream, IEnumerable<HttpField> fields)
    {
        var parts = Hpack.Encode(fields).Chunk(16 * 1024).ToArray();
        for (var i = 0; i < parts.Length; i++)
        {
            var end = i == parts.Length - 1 ? Http2Connection.EndHeaders : (byte)0;
            var (type, flags) = i == 0 ? (FrameType.Headers, (byte)(Http2Connection.EndStream | end)) : (FrameType.Continuation, end);
            await connection.SendAsync(type, flags, stream, parts[i], Test);
        }
    }
}
