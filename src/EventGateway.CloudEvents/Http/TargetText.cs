using System.Buffers;
using System.Text;

namespace EventGateway.CloudEvents.Http;

/// <summary>Checks, encodes and decodes the path and query of a request (RFC 9112, section 3.2.1; RFC 3986, sections 3.3 and 3.4).</summary>
public static class TargetText
{
    private const int MaxOctets = 4;

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
            var isKept = character == '%' ? PercentEscape.Begins(text.AsSpan(i)) : Characters.Contains(character);
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

    /// <summary>
    /// Decodes a path, a query or a part of them. What is not UTF-8 in percent-encoding stays: a percent sign that does not start an
    /// escape, and an escape that is not part of a UTF-8 character. Such an escape is written with capital letters (<c>%E9</c>).
    /// </summary>
    /// <param name="text">The text as it was sent.</param>
    /// <param name="plusIsSpace">Whether a plus sign means a space, as in queries.</param>
    public static string Decode(ReadOnlySpan<char> text, bool plusIsSpace)
    {
        if (!text.Contains('%') && !(plusIsSpace && text.Contains('+')))
        {
            return text.ToString();
        }

        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        var decoded = rented.AsSpan(0, Decode(text, rented, plusIsSpace)).ToString();
        ArrayPool<char>.Shared.Return(rented);
        return decoded;
    }

    /// <summary>Decodes as <see cref="Decode(ReadOnlySpan{char}, bool)"/> does.</summary>
    /// <param name="text">The text as it was sent.</param>
    /// <param name="destination">Takes the decoded text. Must be as long as <paramref name="text"/>.</param>
    /// <param name="plusIsSpace">Whether a plus sign means a space, as in queries.</param>
    /// <returns>The number of written characters.</returns>
    public static int Decode(ReadOnlySpan<char> text, Span<char> destination, bool plusIsSpace)
    {
        var written = 0;
        Span<byte> octets = stackalloc byte[MaxOctets];
        while (true)
        {
            var plain = plusIsSpace ? text.IndexOfAny('%', '+') : text.IndexOf('%');
            if (plain < 0)
            {
                text.CopyTo(destination[written..]);
                return written + text.Length;
            }

            text[..plain].CopyTo(destination[written..]);
            written += plain;
            text = text[plain..];
            if (!PercentEscape.Begins(text))
            {
                destination[written++] = text[0] == '+' ? ' ' : text[0];
                text = text[1..];
            }
            else if (Rune.DecodeFromUtf8(octets[..ReadEscapes(text, octets)], out var rune, out var used) is OperationStatus.Done)
            {
                written += rune.EncodeToUtf16(destination[written..]);
                text = text[(used * PercentEscape.Length)..];
            }
            else
            {
                written += text[..PercentEscape.Length].ToUpperInvariant(destination[written..]);
                text = text[PercentEscape.Length..];
            }
        }
    }

    // Reads the octets of one character: as many escapes as follow each other, at most four.
    private static int ReadEscapes(ReadOnlySpan<char> text, Span<byte> octets)
    {
        var count = 0;
        while (count < octets.Length && PercentEscape.Begins(text))
        {
            octets[count++] = PercentEscape.Read(text[1], text[2]);
            text = text[PercentEscape.Length..];
        }

        return count;
    }
}
