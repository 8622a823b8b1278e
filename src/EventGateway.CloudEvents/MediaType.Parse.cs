using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

// Parses media types and their parameters.
public readonly partial record struct MediaType
{
    private const string NotParameters = "a parameter of a media type is a name, = and a value";

    /// <summary>Parses the value of a <c>Content-Type</c> header. Parameters are checked and removed. An empty value is valid and gives no type.</summary>
    /// <param name="text">The value. Null or empty means no type.</param>
    /// <param name="error">What is wrong, when the method returns false.</param>
    public static bool TryParse(string? text, out MediaType type, out string? error)
    {
        type = default;
        error = null;
        var rest = text.AsSpan();
        var semicolon = rest.IndexOf(';');
        var essence = (semicolon < 0 ? rest : rest[..semicolon]).Trim();
        var slash = essence.IndexOf('/');
        if (essence.IsEmpty)
        {
            return true;
        }

        // Version 0.9 of the Event Gateway accepts a single token too.
        if (!HttpToken.IsValid(slash < 0 ? essence : essence[..slash]) || (slash >= 0 && !HttpToken.IsValid(essence[(slash + 1)..])))
        {
            error = "a media type is a type, a slash and a subtype";
            return false;
        }

        string? charset = null;
        if (semicolon >= 0 && !TryReadParameters(rest[(semicolon + 1)..], out charset, out error))
        {
            return false;
        }

        type = new MediaType(essence.Length == text!.Length ? text : essence.ToString()) { Charset = charset };
        return true;
    }

    /// <summary>Returns a content type with another charset. Other parameters stay.</summary>
    /// <param name="contentType">A valid content type that has a charset.</param>
    internal static string WithCharset(string contentType, string charset)
    {
        for (var at = contentType.IndexOf(';', StringComparison.Ordinal) + 1; at < contentType.Length;)
        {
            var equals = contentType.IndexOf('=', at);
            var value = equals + 1;
            var end = value + ValueLength(contentType.AsSpan(value));
            if (contentType.AsSpan(at, equals - at).Trim().Equals("charset", StringComparison.OrdinalIgnoreCase))
            {
                return string.Concat(contentType.AsSpan(0, value), charset, contentType.AsSpan(end));
            }

            at = contentType.IndexOf(';', end) is > 0 and var next ? next + 1 : contentType.Length;
        }

        return contentType;
    }

    private static bool TryReadParameters(ReadOnlySpan<char> text, out string? charset, out string? error)
    {
        (charset, error) = (null, null);
        var first = ReadOnlySpan<char>.Empty;
        HashSet<string>? names = null;
        for (text = text.TrimStart(); !text.IsEmpty; text = text.TrimStart())
        {
            var equals = text.IndexOf('=');
            var length = equals < 0 || !HttpToken.IsValid(text[..equals]) ? -1 : ValueLength(text[(equals + 1)..]);
            if (length < 0)
            {
                error = NotParameters;
                return false;
            }

            var name = text[..equals];
            var value = text.Slice(equals + 1, length);
            text = text[(equals + 1 + length)..].TrimStart();
            if (!text.IsEmpty && text[0] != ';')
            {
                error = NotParameters;
                return false;
            }

            text = text.IsEmpty ? text : text[1..];
            if (first.IsEmpty)
            {
                first = name;
            }
            else if (!(names ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase) { first.ToString() }).Add(name.ToString()))
            {
                error = $"the parameter {MemberValues.Shorten(name.ToString())} of a media type occurs twice; once is accepted";
                return false;
            }

            if (name.Equals("charset", StringComparison.OrdinalIgnoreCase))
            {
                charset = Unquote(value);
            }
        }

        return true;
    }

    // A known name needs no new string.
    private static string Unquote(ReadOnlySpan<char> value)
    {
        value = value is ['"', .., '"'] ? value[1..^1] : value;
        return value.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? "utf-8" : value.ToString().Replace("\\", "", StringComparison.Ordinal);
    }

    private static int ValueLength(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] != '"')
        {
            var length = HttpToken.LengthAtStart(text);
            return length == 0 ? -1 : length;
        }

        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return i + 1;
            }

            i += text[i] == '\\' ? 1 : 0;
        }

        return -1;
    }
}
