using System.Text;
using System.Text.Unicode;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>Header values keep every byte that HTTP allows: 21-7E and 80-FF, with spaces and tabs between them (RFC 9110, section 5.5).</summary>
public sealed class HeaderByteTests(HeaderGateway gateway) : IClassFixture<HeaderGateway>
{
    private const int Values = 150;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Ren\u00e9", "Ren\u00c3\u00a9")]
    [InlineData("Ren\u00c3\u00a9", "Ren\u00c3\u00a9")]
    [InlineData("\u0080\u00ff\ta", "\u00c2\u0080\u00c3\u00bf\ta")]
    public async Task Serves_requests_with_bytes_above_7F(string value, string asUtf8)
    {
        foreach (var isHttp2 in (bool[])[false, true])
        {
            (await SendAsync("/raw", value, isHttp2)).ShouldBe((200, value));
            (await SendAsync("/event", value, isHttp2)).ShouldBe((200, asUtf8));
        }
    }

    [Fact]
    public async Task Random_values_are_carried_byte_for_byte_and_read_as_text()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < Values; i++)
        {
            var value = Value(random);
            var isHttp2 = random.Next(2) == 0;
            var what = $"seed {seed}, value {i}, {(isHttp2 ? "HTTP/2" : "HTTP/1.1")}: {Convert.ToHexString(Encoding.Latin1.GetBytes(value))}";

            var raw = await SendAsync("/raw", value, isHttp2);
            var read = await SendAsync("/event", value, isHttp2);

            raw.ShouldBe((200, value), what);
            read.ShouldBe((200, AsUtf8(value)), what);
        }

        gateway.Gateway.Output.ShouldNotContain("   at ", customMessage: $"seed {seed}");
    }

    // A string has a character for each byte. Half of the values are UTF-8.
    private static string Value(Random random)
    {
        var isUtf8 = random.Next(2) == 0;
        var text = new StringBuilder();
        for (var i = 1 + random.Next(40); i > 0; i--)
        {
            text.Append(random.Next(8) switch
            {
                0 => " \t"[random.Next(2)],
                1 or 2 when isUtf8 => char.ConvertFromUtf32(random.Next(3) switch { 0 => random.Next(0x80, 0x800), 1 => random.Next(0xe000, 0xfffe), _ => random.Next(0x10000, 0x110000) }),
                1 or 2 => (char)random.Next(0x80, 0x100),
                _ => (char)random.Next(0x21, 0x7f),
            });
        }

        var value = isUtf8 ? Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text.ToString())) : text.ToString();
        return value.Trim(' ', '\t') is { Length: > 0 } trimmed ? trimmed : "x";
    }

    private static string AsUtf8(string value) =>
        Utf8.IsValid(Encoding.Latin1.GetBytes(value)) ? value : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value));

    private Task<(int Status, string? Echo)> SendAsync(string path, string value, bool isHttp2) =>
        isHttp2 ? SendHttp2Async(path, value) : SendHttp1Async(path, value);

    private async Task<(int Status, string? Echo)> SendHttp2Async(string path, string value)
    {
        await using var connection = await gateway.ConnectHttp2Async(Test);
        var block = Hpack.Encode(Http2Connection.Request("GET", path, new HttpField("x-value", value)));
        await connection.SendAsync(FrameType.Headers, Http2Connection.EndStream | Http2Connection.EndHeaders, 1, block, Test);
        var answer = await connection.ReadAnswerAsync(1, Test);
        return (answer.Status, answer.Headers.Find("x-echo"));
    }

    private async Task<(int Status, string? Echo)> SendHttp1Async(string path, string value)
    {
        await using var connection = await gateway.Gateway.Events.ConnectAsync(Test);
        await connection.WriteAsync(Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Value: {value}\r\n\r\n"), Test);
        using var answer = new MemoryStream();
        await connection.CopyToAsync(answer, Test);
        var lines = Encoding.Latin1.GetString(answer.ToArray()).Split("\r\n");
        var echo = lines.FirstOrDefault(static line => line.StartsWith("x-echo: ", StringComparison.OrdinalIgnoreCase));
        return (int.Parse(lines[0].Split(' ')[1]), echo?["x-echo: ".Length..]);
    }
}
