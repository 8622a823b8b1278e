using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace EventGateway.CloudEvents.Http;

/// <summary>
/// Reads and writes text in the values of headers. A value is a row of bytes (RFC 9110, section 5.5), and a string of it has one
/// character for each byte, U+0000 to U+00FF. Such strings are passed on unchanged. They are decoded only where a value
/// is read as text.
/// </summary>
public static class HeaderText
{
    private const int MaxOnStack = 512;

    /// <summary>Returns the text of a value: UTF-8 when its bytes are valid UTF-8, otherwise Latin-1.</summary>
    /// <param name="value">The value, a character for each byte. A value that has other characters is text already.</param>
    /// <returns>The text. It is the same instance when the value is ASCII or Latin-1.</returns>
    public static string Read(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (Ascii.IsValid(value))
        {
            return value;
        }

        byte[]? rented = null;
        var bytes = value.Length <= MaxOnStack ? stackalloc byte[MaxOnStack] : rented = ArrayPool<byte>.Shared.Rent(value.Length);
        try
        {
            // Only values of other sources have characters above U+00FF.
            return TryGetBytes(value, bytes) && Utf8.IsValid(bytes[..value.Length])
                ? Encoding.UTF8.GetString(bytes[..value.Length])
                : value;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Returns the text of a value that must be UTF-8.</summary>
    /// <param name="value">The value, as for <see cref="Read"/>.</param>
    /// <returns>False when the bytes of the value are not valid UTF-8.</returns>
    public static bool TryReadUtf8(string value, out string text)
    {
        text = Read(value);

        // Latin-1 comes back as it was.
        return !ReferenceEquals(text, value) || Ascii.IsValid(value) || value.AsSpan().ContainsAnyExceptInRange('\0', '\u00ff');
    }

    /// <summary>Returns the value for a text: a character for each byte of its UTF-8.</summary>
    /// <returns>The value. It is the same instance when the text is ASCII.</returns>
    public static string Write(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
    }

    private static bool TryGetBytes(ReadOnlySpan<char> value, Span<byte> bytes)
    {
        if (value.ContainsAnyExceptInRange('\0', '\u00ff'))
        {
            return false;
        }

        Encoding.Latin1.GetBytes(value, bytes);
        return true;
    }
}
