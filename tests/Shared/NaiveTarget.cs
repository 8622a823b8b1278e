using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EventGateway.TestSupport;

/// <summary>Reads the path and query of a request as simply as possible, for comparing. Makes random ones.</summary>
internal static class NaiveTarget
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] Escapes =
        ["%20", "%2F", "%2f", "%3F", "%25", "%C3%A9", "%E2%98%83", "%F0%9F%98%80", "%E9", "%e9", "%C3", "%28", "%ed%a0%80", "%C0%AF", "%F0%9F", "%00", "%0a", "%22", "%3B", "%26", "%3D", "%2B", "%61"];

    /// <summary>Decodes a text: the octets that spell a character of UTF-8; other escapes stay, in capital letters.</summary>
    public static string Decode(string text)
    {
        var decoded = new StringBuilder();
        while (text.Length > 0)
        {
            var octets = new List<byte>();
            while (octets.Count < 4
                && text.Length >= (3 * octets.Count) + 3
                && text[3 * octets.Count] == '%'
                && byte.TryParse(text.AsSpan((3 * octets.Count) + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
            }

            var length = Enumerable.Range(1, octets.Count).FirstOrDefault(count => IsCharacter([.. octets.Take(count)]));
            if (length > 0)
            {
                decoded.Append(Strict.GetString([.. octets.Take(length)]));
                text = text[(3 * length)..];
            }
            else
            {
                var kept = octets.Count > 0 ? 3 : 1;
                decoded.Append(octets.Count > 0 ? text[..kept].ToUpperInvariant() : text[..kept]);
                text = text[kept..];
            }
        }

        return decoded.ToString();
    }

    /// <summary>Returns the parameters of a query as the member <c>query</c> of an event.</summary>
    public static JsonObject Query(string query)
    {
        var parameters = new JsonObject();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = Decode(parts[0].Replace('+', ' '));
            var values = (parameters[name] ??= new JsonArray()).AsArray();
            values.Add(JsonValue.Create(parts.Length == 1 ? "" : Decode(parts[1].Replace('+', ' '))));
        }

        return parameters;
    }

    /// <summary>
    /// Returns a random segment of a path: not empty, not of dots only, and each <c>%</c> begins an escape. It has no escaped null
    /// character, which the server refuses in a path.
    /// </summary>
    public static string Segment(Random random) => "s" + Text(random, "-._~!$&'()*+,;=:@azAZ09", 8).Replace("%00", "", StringComparison.Ordinal);

    /// <summary>Returns a random query, also with a <c>%</c> that begins no escape.</summary>
    public static string Query(Random random) => Text(random, "-._~!$&&&'()*+,;;===:@/?%azAZ09", 24);

    private static string Text(Random random, string characters, int length) => string.Concat(Enumerable.Range(0, random.Next(length))
        .Select(_ => random.Next(3) == 0 ? Escapes[random.Next(Escapes.Length)] : characters[random.Next(characters.Length)].ToString()));

    private static bool IsCharacter(byte[] octets)
    {
        try
        {
            return Strict.GetString(octets).EnumerateRunes().Count() == 1;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
