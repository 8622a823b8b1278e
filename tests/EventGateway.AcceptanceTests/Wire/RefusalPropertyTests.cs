using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>
/// Random malformed requests get one answer with the errors body, or their stream is reset. A request that waits meanwhile, on another
/// connection or another stream of the same, is answered.
/// </summary>
public sealed class RefusalPropertyTests(HeaderGateway gateway) : IClassFixture<HeaderGateway>
{
    private const int Requests = 80;
    private const string Token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly string NotAscii = new([.. Enumerable.Range(0x80, 0x80).Select(static c => (char)c)]);
    private static readonly string NoToken = new([.. Enumerable.Range(1, 255).Select(static c => (char)c).Where(static c => !Token.Contains(c) && c is not ('\r' or '\n' or ' ' or '\t' or ':'))]);
    private static readonly string NoHost = " \"<>\\^`{|}/?#@\u00e9";
    private static readonly string NoDigit = new([.. Enumerable.Range(0x21, 0x5e).Select(static c => (char)c).Where(static c => !char.IsAsciiDigit(c))]);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Malformed_requests_over_HTTP_1_1_are_answered_once()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var slow = new TaskCompletionSource();
        gateway.Function.Until = slow.Task;
        var waiting = gateway.Gateway.Events.GetAsync("/slow");
        for (var i = 0; i < Requests; i++)
        {
            var request = Http1(random);
            var what = $"seed {seed}, request {i}: {Uri.EscapeDataString(request)}";

            var answers = await Http1Answers.SendAsync(random.Next(2) == 0 ? gateway.Gateway.Events : gateway.Gateway.Config, request);

            var (head, body) = answers.ShouldHaveSingleItem(what);
            int.Parse(head.Split(' ')[1]).ShouldBeOneOf([400, 405, 501, 505], what);
            JsonNode.Parse(body)!["errors"]!.AsArray().ShouldHaveSingleItem(what);
        }

        waiting.IsCompleted.ShouldBeFalse();
        slow.SetResult();
        (await waiting).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Malformed_requests_over_HTTP_2_cost_their_streams()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var slow = new TaskCompletionSource();
        gateway.Function.Until = slow.Task;
        await using var connection = await gateway.ConnectHttp2Async(Test);
        await SendAsync(connection, 1, Http2Connection.Request("GET", "/slow"));
        for (var i = 0; i < Requests; i++)
        {
            var fields = Http2(random);
            var what = $"seed {seed}, request {i}: {Uri.EscapeDataString(string.Join(' ', fields))}";
            await SendAsync(connection, 3 + (2 * i), fields);

            var answer = await connection.ReadAnswerAsync(3 + (2 * i), Test);

            answer.Status.ShouldBeOneOf([0, 400], what);
            if (answer.Status == 400)
            {
                JsonNode.Parse(answer.Text)!["errors"]!.AsArray().ShouldHaveSingleItem(what);
            }
        }

        slow.SetResult();
        (await connection.ReadAnswerAsync(1, Test)).Status.ShouldBe(200, $"seed {seed}");
    }

    private static string Http1(Random random)
    {
        const string host = "Host: a\r\n";
        var (line, headers) = random.Next(9) switch
        {
            0 => ($"GET /{With(random, NotAscii)} HTTP/1.1", host),
            1 => ($"G{With(random, NoToken)}T /raw HTTP/1.1", host),
            2 => ($"GET /raw HTTP/{random.Next(3, 10)}.{random.Next(10)}", host),
            3 => ("GET /raw HTTP/1.1", $"{host}X{With(random, NotAscii + ' ')}: v\r\n"),
            4 => ("GET /raw HTTP/1.1", $"{host}X: {With(random, "\0")}\r\n"),
            5 => ("GET /raw HTTP/1.1", $"Host: a{With(random, NoHost)}a\r\n"),
            6 => ("GET /raw HTTP/1.1", $"{host}Content-Length: {With(random, NoDigit)}\r\n"),
            7 => ("GET /raw HTTP/1.1", $"{host}Transfer-Encoding: {With(random, "abcxyz")}, chunked\r\n"),
            _ => ("GET /raw HTTP/1.1", $"{host}{(random.Next(2) == 0 ? host : " folded: v\r\n")}"),
        };
        return $"{line}\r\n{headers}\r\n0\r\n\r\nGET /raw?next HTTP/1.1\r\n{host}\r\n";
    }

    private static List<HttpField> Http2(Random random)
    {
        var (name, value) = random.Next(5) switch
        {
            0 => (":path", $"/{With(random, NotAscii + ' ')}"),
            1 => (":method", $"G{With(random, NoToken)}T"),
            2 => (":scheme", With(random, "abcxyz")),
            3 => (":authority", $"a{With(random, NoHost)}a"),
            _ => ("content-length", With(random, NoDigit)),
        };
        var others = Http2Connection.Request("GET", "/raw").Where(field => field.Name != name);
        return name[0] == ':' ? [new(name, value), .. others] : [.. others, new(name, value)];
    }

    // At least one of the characters, with letters around.
    private static string With(Random random, string characters) =>
        string.Concat(Enumerable.Range(0, 1 + random.Next(5)).Select(_ => characters[random.Next(characters.Length)] + new string('a', random.Next(3))));

    private static Task SendAsync(Http2Connection connection, int stream, IEnumerable<HttpField> fields) =>
        connection.SendAsync(FrameType.Headers, Http2Connection.EndStream | Http2Connection.EndHeaders, stream, Hpack.Encode(fields), Test);
}
