using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

/// <summary>A media type without its parameters (RFC 9110, section 8.3.1), and the kind of data that it names.</summary>
/// <param name="Essence">Type and subtype, in the case that was sent. Empty means no media type.</param>
public readonly record struct MediaType(string Essence)
{
    /// <summary>Whether there is no media type.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Essence);

    /// <summary>Whether the type is JSON: <c>application/json</c>, or a type that ends in <c>+json</c>.</summary>
    public bool NamesJson => Is("application/json") || EndsWith("+json");

    /// <summary>Whether the type is text: <c>text/…</c> or XML.</summary>
    public bool NamesText => StartsWith("text/") || Is("application/xml") || EndsWith("+xml");

    /// <summary>Whether the type is a form: URL-encoded or multipart.</summary>
    public bool NamesForm => Is("application/x-www-form-urlencoded") || StartsWith("multipart/");

    /// <summary>Returns whether the type is a given one, ignoring case.</summary>
    /// <param name="essence">Type and subtype.</param>
    public bool Is(string essence) => string.Equals(Essence, essence, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether a content type is JSON. Null means JSON (JSON format 1.0, section 3.1).</summary>
    /// <param name="contentType">The content type, with parameters or without.</param>
    public static bool IsJson(string? contentType) =>
        contentType is null || (TryParse(contentType, out var type, out _) && type.NamesJson);

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

        if (semicolon >= 0 && !HasValidParameters(rest[(semicolon + 1)..]))
        {
            error = "a parameter of a media type is a name, = and a value";
            return false;
        }

        type = new MediaType(essence.Length == text!.Length ? text : essence.ToString());
        return true;
    }

    private static bool HasValidParameters(ReadOnlySpan<char> text)
    {
        while (true)
        {
            text = text.TrimStart();
            if (text.IsEmpty)
            {
                return true;
            }

            var equals = text.IndexOf('=');
            if (equals < 0 || !HttpToken.IsValid(text[..equals]))
            {
                return false;
            }

            text = text[(equals + 1)..];
            var length = ValueLength(text);
            if (length < 0)
            {
                return false;
            }

            text = text[length..].TrimStart();
            if (!text.IsEmpty && text[0] != ';')
            {
                return false;
            }

            text = text.IsEmpty ? text : text[1..];
        }
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

    private bool StartsWith(string prefix) => Essence is not null && Essence.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private bool EndsWith(string suffix) => Essence is not null && Essence.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
}
