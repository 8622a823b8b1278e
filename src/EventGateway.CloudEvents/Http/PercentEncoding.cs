using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace EventGateway.CloudEvents.Http;

/// <summary>Percent-encoding of header values in binary mode (HTTP protocol binding 1.0, section 3.1.3.2) and of URLs (RFC 3986, section 2.1).</summary>
public static class PercentEncoding
{
    private static readonly SearchValues<char> HeaderCharacters = SearchValues.Create(
        "!#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Encodes a header value: all characters except printable ASCII, and also space, quote and percent.</summary>
    public static string EncodeHeader(string value)
    {
        if (!value.AsSpan().ContainsAnyExcept(HeaderCharacters))
        {
            return value;
        }

        var encoded = new StringBuilder(value.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            if (HeaderCharacters.Contains((char)octet))
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('%').Append(octet.ToString("X2"));
            }
        }

        return encoded.ToString();
    }

    /// <summary>Decodes a header value: removes surrounding quotes, then decodes once.</summary>
    /// <param name="value">The value as it was sent.</param>
    /// <param name="decoded">The decoded value.</param>
    /// <param name="error">
    /// What is wrong when the method returns false: a percent sign is not followed by two hexadecimal digits, or the decoded bytes
    /// are not UTF-8, which must be refused.
    /// </param>
    public static bool TryDecodeHeader(string value, out string decoded, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (value.Length >= 2 && value[0] == '"' && value[^1] == '"')
        {
            value = Unquote(value.AsSpan(1, value.Length - 2));
        }

        if (!value.Contains('%', StringComparison.Ordinal))
        {
            decoded = value;
            return true;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        try
        {
            var length = DecodeInPlace(bytes.AsSpan(0, Encoding.UTF8.GetBytes(value, bytes)), plusIsSpace: false);
            error = length < 0 ? "a percent sign must be followed by two hexadecimal digits"
                : !Utf8.IsValid(bytes.AsSpan(0, length)) ? "the percent-encoded bytes must be UTF-8"
                : null;
            decoded = error is null ? Encoding.UTF8.GetString(bytes, 0, length) : "";
            return error is null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Returns whether each percent sign is followed by two hexadecimal digits.</summary>
    /// <param name="text">The text as it was sent.</param>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%'))
        {
            if (!PercentEscape.Begins(text[at..]))
            {
                return false;
            }

            text = text[(at + PercentEscape.Length)..];
        }

        return true;
    }

    /// <summary>Decodes percent-encoded UTF-8.</summary>
    /// <param name="text">The text as it was sent.</param>
    /// <param name="plusIsSpace">Whether a plus sign means a space, as in queries.</param>
    /// <param name="decoded">The decoded text. Invalid UTF-8 becomes U+FFFD.</param>
    /// <returns>False when a percent sign is not followed by two hexadecimal digits.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, bool plusIsSpace, out string decoded)
    {
        if (!text.Contains('%') && !(plusIsSpace && text.Contains('+')))
        {
            decoded = text.ToString();
            return true;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, bytes);
            length = DecodeInPlace(bytes.AsSpan(0, length), plusIsSpace);
            decoded = length < 0 ? "" : Encoding.UTF8.GetString(bytes, 0, length);
            return length >= 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static int DecodeInPlace(Span<byte> bytes, bool plusIsSpace)
    {
        var written = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var octet = bytes[i];
            if (octet == '%')
            {
                if (!PercentEscape.Begins(bytes[i..]))
                {
                    return -1;
                }

                octet = PercentEscape.Read((char)bytes[i + 1], (char)bytes[i + 2]);
                i += PercentEscape.Length - 1;
            }
            else if (octet == '+' && plusIsSpace)
            {
                octet = (byte)' ';
            }

            bytes[written++] = octet;
        }

        return written;
    }

    private static string Unquote(ReadOnlySpan<char> text)
    {
        var unquoted = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
            }

            unquoted.Append(text[i]);
        }

        return unquoted.ToString();
    }
}
