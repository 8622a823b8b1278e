using System.Text;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>Creates random parts of messages that HTTP allows (RFC 9110 and 3986). Each character is one byte.</summary>
internal sealed class LegalBytes(Random random)
{
    private const string TokenCharacters = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    private const string SegmentCharacters = "abcXYZ019-_~!$&'()*+,;=:@";

    private static readonly string[] JsonTexts =
    [
        " {\"a\" : 1}\n", "\t[1, 2 ,3]", "\"text\\u00e9\"", "null ", "{\"a\":1,\"a\":2}", "1.50", "{\"deep\":{\"er\":[[[ ]]]}}", "\"\\ud800\"", "{broken", "",
    ];

    /// <summary>Returns the value of a header: visible characters, bytes from 80 to FF, and spaces and tabs between them.</summary>
    public string HeaderValue()
    {
        var text = new StringBuilder();
        var last = random.Next(1, random.Next(10) == 0 ? 600 : 40);
        for (var i = 0; i <= last; i++)
        {
            text.Append(random.Next(6) switch
            {
                0 => (char)random.Next(0x80, 0x100),
                1 when i > 0 && i < last => random.Next(2) == 0 ? ' ' : '\t',
                2 => "\u00c3\u00a9"[random.Next(2)],
                _ => (char)random.Next(0x21, 0x7f),
            });
        }

        return text.ToString();
    }

    /// <summary>Returns some headers with different names.</summary>
    public HttpField[] Headers()
    {
        var headers = new HttpField[random.Next(5)];
        for (var i = 0; i < headers.Length; i++)
        {
            headers[i] = new HttpField($"x-{i}-{Text(TokenCharacters, 6)}", HeaderValue());
        }

        return headers;
    }

    /// <summary>Returns a path with random segments after a prefix. No segment is <c>.</c> or <c>..</c> in any reading.</summary>
    public string Path(string prefix)
    {
        var path = new StringBuilder(prefix);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            path.Append('/').Append(Escaped(SegmentCharacters + "/"));
        }

        return path.ToString();
    }

    /// <summary>Returns a query with its <c>?</c>, or an empty text.</summary>
    public string Query() => random.Next(3) == 0 ? "" : "?" + Escaped(SegmentCharacters + "/?");

    /// <summary>Returns a body: noise, text, or JSON with white space that a reader would not need.</summary>
    public byte[] Body()
    {
        switch (random.Next(4))
        {
            case 0:
                var noise = new byte[random.Next(random.Next(20) == 0 ? 200_000 : 300)];
                random.NextBytes(noise);
                return noise;
            case 1:
                return Encoding.UTF8.GetBytes(Text("abc \r\n\t\u00e9\u65e5\ufeff<>&\"\\", 100));
            default:
                return Encoding.UTF8.GetBytes(Pick(JsonTexts));
        }
    }

    /// <summary>Returns a media type. Null means that none is sent.</summary>
    public string? MediaType() => Pick<string?>(
        null, "application/json", "text/json", "application/geo+json", "application/json; charset=utf-8", "text/plain", "text/plain; charset=iso-8859-1",
        "text/plain;charset=utf-16le", "application/octet-stream", "application/x-www-form-urlencoded", "image/png", "text/x; a=\"b c\"");

    /// <summary>Returns a value of <c>Content-Type</c> that may be no media type.</summary>
    public string? ContentType() => random.Next(3) == 0 ? HeaderValue() : MediaType();

    /// <summary>Returns one of several values.</summary>
    public T Pick<T>(params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    private string Text(string characters, int maxLength) => string.Create(random.Next(maxLength + 1), (random, characters), static (span, of) =>
    {
        foreach (ref var character in span)
        {
            character = of.characters[of.random.Next(of.characters.Length)];
        }
    });

    private string Escaped(string characters)
    {
        var text = new StringBuilder();
        for (var i = random.Next(12); i > 0; i--)
        {
            // Kestrel refuses %00 in a path. An escaped point could make a segment that leads out of the function's URL.
            var octet = random.Next(1, 256);
            text.Append(random.Next(4) == 0 && octet is not '.' ? random.Next(2) == 0 ? $"%{octet:X2}" : $"%{octet:x2}" : characters[random.Next(characters.Length)].ToString());
        }

        return text.ToString();
    }
}
