using System.Buffers;
using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

/// <summary>Checks the texts of attributes (CloudEvents 1.0, "Type System" and "Context Attributes").</summary>
public static class AttributeRules
{
    private static readonly SearchValues<char> NotInUri = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f \"<>\\^`{|}");

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly SearchValues<char> ExtensionNameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>Returns whether a text is a URI reference (RFC 3986, section 4.1). Characters outside ASCII are allowed, as in RFC 3987.</summary>
    public static bool IsUriReference(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAny(NotInUri) && PercentEncoding.IsValid(text);

    /// <summary>Returns whether a text is a URI with a scheme (RFC 3986, section 3).</summary>
    public static bool IsAbsoluteUri(ReadOnlySpan<char> text) => IsUriReference(text) && HasScheme(text);

    /// <summary>Returns whether a text is a URI with a scheme, or a path that starts with a slash. Version 0.9 of the Event Gateway accepts both as the source of a 0.1 event.</summary>
    public static bool IsUriOrPath(ReadOnlySpan<char> text) =>
        !text.IsEmpty && (text[0] == '/' || HasScheme(text)) && !text.ContainsAnyInRange('\0', '\u001f') && PercentEncoding.IsValid(text);

    /// <summary>The error for a text that cannot be the value of a header. Put the name of the header before it.</summary>
    public const string NotHeaderText = "must have printable ASCII characters only";

    /// <summary>Returns whether a text can be the value of a header without encoding: spaces and printable ASCII characters only.</summary>
    public static bool IsHeaderText(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    /// <summary>Returns whether a text can be the name of an extension attribute (CloudEvents 1.0, "Attribute Naming Convention").</summary>
    public static bool IsExtensionName(ReadOnlySpan<char> name) => !name.IsEmpty && !name.ContainsAnyExcept(ExtensionNameCharacters);

    /// <summary>Returns whether a text is a date and time (RFC 3339, section 5.6), such as <c>2026-01-31T12:30:00.123+02:00</c>.</summary>
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
