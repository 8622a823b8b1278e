using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>The gateway sends at most one well-formed request for each request, with bytes of the same sender only.</summary>
public sealed class WirePropertyTests(WireGateway wire) : IClassFixture<WireGateway>
{
    private const int Requests = 300;

    [Fact]
    public async Task Random_bytes_are_forwarded_as_one_well_formed_request_or_refused()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed: {seed}");
        var random = new Random(seed);
        for (var i = 0; i < Requests; i++)
        {
            var mark = wire.NewMark();
            var before = wire.Functions.Requests.Count;
            var isEvent = random.Next(4) == 0;
            var method = random.Next(2) == 0 ? "GET" : "POST";
            var path = (isEvent ? "/e/" : random.Next(3) == 0 ? "/h2/" : "/r/") + Text(random) + (random.Next(2) == 0 ? "?" + Text(random) : "");
            var headers = Enumerable.Range(0, random.Next(4))
                .Select(_ => new HttpField(random.Next(4) == 0 ? Text(random) : "x-" + random.Next(9), Text(random)))
                .Prepend(new HttpField("x-mark", mark)).ToArray();
            var body = method == "POST" ? Encoding.Latin1.GetBytes(Text(random)) : null;

            var answer = random.Next(2) == 0
                ? await wire.SendHttp2Async(method, path, headers, body) is var h2 ? (h2.Status, h2.Text) : default
                : await wire.Gateway.Events.SendAsync(Http1(method, path, headers, body)) is var h1 ? (h1.Status, h1.Text) : default;

            var what = $"seed {seed}, request {i}: {method} {Uri.EscapeDataString(path)}: {answer.Status} {answer.Text}\n{wire.Gateway.Output}";
            wire.Functions.Faults.ShouldBeEmpty(what);
            wire.Mixed.ShouldBeEmpty(what);
            // Kestrel answers 505 when it cannot read the version in the request line.
            (answer.Status is < 500 or 505).ShouldBeTrue(what);
            (wire.Functions.Requests.Count - before).ShouldBeLessThanOrEqualTo(1, what);
            if (answer.Status == 200)
            {
                answer.Text.ShouldContain(mark, customMessage: what);
            }
        }

        wire.Gateway.Output.ShouldNotContain("fail:");
        wire.Gateway.Output.ShouldNotContain("   at ");
    }

    // Most texts contain only bytes of one kind, so that some requests are valid.
    private static string Text(Random random)
    {
        var kind = random.Next(5);
        var text = new StringBuilder();
        for (var i = random.Next(24); i > 0; i--)
        {
            text.Append(kind switch
            {
                0 => (char)random.Next(256),
                1 => (char)random.Next(33, 127),
                2 => "/.%;\\?#&=\u00e9 \t\r\n\0:"[random.Next(16)],
                3 => random.Next(6) == 0 ? (char)random.Next(256) : (char)random.Next('a', 'z'),
                _ => (char)random.Next('a', 'z'),
            });
        }

        return text.ToString();
    }

    // The bytes are not escaped: a line break in the input is a line break on the wire.
    private static byte[] Http1(string method, string path, HttpField[] headers, byte[]? body)
    {
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: gateway.local\r\nConnection: close\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append($"{name}: {value}\r\n");
        }

        head.Append(body is null ? "\r\n" : $"Content-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body ?? []];
    }
}
