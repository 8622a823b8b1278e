using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventGateway.CloudEvents;

/// <summary>
/// Unescapes JSON strings and replaces lone surrogates with U+FFFD. <see cref="Utf8JsonReader"/> throws on them; they occur when a
/// program cuts a string within an emoji.
/// </summary>
public static class JsonStrings
{
    /// <summary>Returns the text of a string or property name.</summary>
    public static string GetString(ref Utf8JsonReader reader)
    {
        var value = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(value);
        }

        var rented = ArrayPool<byte>.Shared.Rent(value.Length);
        var text = Encoding.UTF8.GetString(rented, 0, Unescape(value, rented));
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>Returns whether a string or property name is equal to a text.</summary>
    public static bool TextEquals(ref Utf8JsonReader reader, ReadOnlySpan<char> text) =>
        reader.ValueIsEscaped ? text.SequenceEqual(GetString(ref reader)) : reader.ValueTextEquals(text);

    /// <summary>Returns whether a string or property name is equal to a text in UTF-8.</summary>
    public static bool TextEquals(ref Utf8JsonReader reader, ReadOnlySpan<byte> text) =>
        reader.ValueIsEscaped ? TextEquals(ref reader, Encoding.UTF8.GetString(text)) : reader.ValueTextEquals(text);

    /// <summary>Unescapes a string that a reader has validated.</summary>
    /// <param name="escaped">The bytes between the quotes.</param>
    /// <param name="destination">Takes the text. Must be as long as <paramref name="escaped"/>.</param>
    /// <returns>The number of written bytes.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var plain = escaped.IndexOf((byte)'\\');
            if (plain < 0)
            {
                escaped.CopyTo(destination[written..]);
                return written + escaped.Length;
            }

            escaped[..plain].CopyTo(destination[written..]);
            written += plain;
            escaped = escaped[plain..];
            if (escaped[1] == 'u')
            {
                written += ReadRune(ref escaped).EncodeToUtf8(destination[written..]);
            }
            else
            {
                destination[written++] = Simple(escaped[1]);
                escaped = escaped[2..];
            }
        }
    }

    private static Rune ReadRune(ref ReadOnlySpan<byte> escaped)
    {
        var first = ReadUnit(escaped);
        escaped = escaped[6..];
        if (Rune.TryCreate(first, out var rune))
        {
            return rune;
        }

        if (escaped.StartsWith("\\u"u8) && Rune.TryCreate(first, ReadUnit(escaped), out rune))
        {
            escaped = escaped[6..];
            return rune;
        }

        return Rune.ReplacementChar;
    }

    private static char ReadUnit(ReadOnlySpan<byte> escape)
    {
        // The reader has validated the four hexadecimal digits.
        return (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private static byte Simple(byte escape) => escape switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => escape,
    };
}
