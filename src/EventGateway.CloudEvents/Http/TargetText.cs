using System.Buffers;
using System.Text;

namespace EventGateway.CloudEvents.Http;

/// <summary>Checks and encodes the path and query of a request (RFC 9112, section 3.2.1; RFC 3986, sections 3.3 and 3.4).</summary>
public static class TargetText
{
    // Unreserved characters, sub-delimiters and the characters that separate the parts of a path and a query.
    private static readonly SearchValues<char> Characters = SearchValues.Create(
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!$&'()*+,;=:@/?%");

    /// <summary>Returns whether a text can be sent as the path and query of a request.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        !text.IsEmpty && text[0] == '/' && !text.ContainsAnyExcept(Characters) && PercentEncoding.IsValid(text);

    /// <summary>Returns whether a text has only printable ASCII characters, so that it can be encoded without guessing a charset.</summary>
    public static bool IsPrintable(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('!', '~');

    /// <summary>
    /// Percent-encodes the characters that a path and query may not have: other printable ASCII characters, and a percent sign that
    /// does not start an escape.
    /// </summary>
    /// <param name="text">The text, which starts with a slash.</param>
    /// <returns>The encoded text, or null when the text has spaces, control characters or characters outside ASCII.</returns>
    public static string? Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsValid(text))
        {
            return text;
        }

        if (!text.StartsWith('/') || !IsPrintable(text))
        {
            return null;
        }

        var encoded = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            var isKept = character == '%' ? BeginsEscape(text.AsSpan(i)) : Characters.Contains(character);
            if (isKept)
            {
                encoded.Append(character);
            }
            else
            {
                encoded.Append('%').Append(((int)character).ToString("X2"));
            }
        }

        return encoded.ToString();
    }

    private static bool BeginsEscape(ReadOnlySpan<char> text) =>
        text.Length > 2 && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]);
}
