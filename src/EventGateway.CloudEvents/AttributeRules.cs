using System.Buffers;
using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

/// <summary>What the texts of attributes may look like.</summary>
public static class AttributeRules
{
    private static readonly SearchValues<char> NotInUri = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f \"<>\\^`{|}");

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly SearchValues<char> ExtensionNameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>An RFC 3986 URI reference; letters outside ASCII pass, as in RFC 3987.</summary>
    /// <param name="text">The text.</param>
    public static bool IsUriReference(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAny(NotInUri) && PercentEncoding.IsValid(text);

    /// <summary>A URI with a scheme.</summary>
    /// <param name="text">The text.</param>
    public static bool IsAbsoluteUri(ReadOnlySpan<char> text) => IsUriReference(text) && HasScheme(text);

    /// <summary>What 0.9 took for a URI: one with a scheme, or a path from the root.</summary>
    /// <param name="text">The text.</param>
    public static bool IsUriOrPath(ReadOnlySpan<char> text) =>
        !text.IsEmpty && (text[0] == '/' || HasScheme(text)) && !text.ContainsAnyInRange('\0', '\u001f') && PercentEncoding.IsValid(text);

    /// <summary>What is wrong with text that can't stand in a header, to be put behind its name.</summary>
    public const string NotHeaderText = "must have printable ASCII characters only";

    /// <summary>What may be a content type: text that can stand in a header as it is, space and printable ASCII.</summary>
    /// <param name="text">The text.</param>
    public static bool IsHeaderText(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    /// <summary>The name of a 1.0 extension attribute.</summary>
    /// <param name="name">The text.</param>
    public static bool IsExtensionName(ReadOnlySpan<char> name) => !name.IsEmpty && !name.ContainsAnyExcept(ExtensionNameCharacters);

    /// <summary>An RFC 3339 date and time: <c>2026-01-31T12:30:00.123+02:00</c>.</summary>
    /// <param name="text">The text.</param>
    public static bool IsTimestamp(ReadOnlySpan<char> text)
    {
        if (text.Length < 20
            || !TryDigits(text[..4], 9999, out var year) || text[4] != '-'
            || !TryDigits(text.Slice(5, 2), 12, out var month) || month == 0 || text[7] != '-'
            || !TryDigits(text.Slice(8, 2), 31, out var day) || day == 0
            || day > DateTime.DaysInMonth(year == 0 ? 4 : year, month)
            || text[10] is not ('T' or 't')
            || !TryDigits(text.Slice(11, 2), 23, out _) || text[13] != ':'
            || !TryDigits(text.Slice(14, 2), 59, out _) || text[16] != ':'
            || !TryDigits(text.Slice(17, 2), 60, out _))
        {
            return false;
        }

        var rest = text[19..];
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                return false;
            }

            rest = rest[(digits + 1)..];
        }

        return rest is "Z" or "z"
            || (rest.Length == 6 && rest[0] is '+' or '-' && rest[3] == ':'
                && TryDigits(rest.Slice(1, 2), 23, out _) && TryDigits(rest.Slice(4, 2), 59, out _));
    }

    private static bool HasScheme(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        return colon > 0 && char.IsAsciiLetter(text[0]) && !text[..colon].ContainsAnyExcept(SchemeCharacters);
    }

    private static bool TryDigits(ReadOnlySpan<char> text, int max, out int value)
    {
        value = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
            {
                return false;
            }

            value = (value * 10) + (character - '0');
        }

        return value <= max;
    }
}
