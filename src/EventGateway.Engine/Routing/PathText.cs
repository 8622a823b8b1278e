using System.Buffers;
using System.Text;

namespace EventGateway.Engine.Routing;

/// <summary>
/// Paths in the form in which they are compared: every segment percent-decoded. A slash that was escaped stays part of its
/// segment, written as <see cref="EscapedSlash"/>. That is half of a surrogate pair. It is a slash when it does not follow the
/// other half.
/// </summary>
internal static class PathText
{
    /// <summary>Stands for a <c>/</c> within a segment.</summary>
    public const char EscapedSlash = '\uDC2F';

    /// <summary>Decodes a path. The answer is the path itself when it has nothing to decode.</summary>
    /// <param name="path">The path as it was sent or configured.</param>
    /// <param name="buffer">Where to decode to; at least as long as the path.</param>
    public static ReadOnlySpan<char> Normalize(ReadOnlySpan<char> path, Span<char> buffer)
    {
        if (!path.Contains('%'))
        {
            return path;
        }

        var length = 0;
        while (true)
        {
            var end = path.IndexOf('/');
            var segment = end < 0 ? path : path[..end];
            var written = Decode(segment, buffer[length..]);
            buffer.Slice(length, written).Replace('/', EscapedSlash);
            length += written;
            if (end < 0)
            {
                return buffer[..length];
            }

            buffer[length++] = '/';
            path = path[(end + 1)..];
        }
    }

    /// <summary>Decodes a text for people and functions. A text that cannot be decoded stays unchanged.</summary>
    public static string Decode(ReadOnlySpan<char> text)
    {
        if (!text.Contains('%'))
        {
            return text.ToString();
        }

        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        var decoded = rented.AsSpan(0, Decode(text, rented)).ToString();
        ArrayPool<char>.Shared.Return(rented);
        return decoded;
    }

    /// <summary>A segment's text, its escaped slashes as slashes.</summary>
    public static string Plain(ReadOnlySpan<char> segment) => string.Create(segment.Length, segment, static (plain, text) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isSlash = text[i] == EscapedSlash && (i == 0 || !char.IsHighSurrogate(text[i - 1]));
            plain[i] = isSlash ? '/' : text[i];
        }
    });

    /// <summary>Decodes into a buffer at least as long as the text; copies a text that does not decode. Returns the length.</summary>
    private static int Decode(ReadOnlySpan<char> text, Span<char> buffer)
    {
        var length = 0;
        Span<byte> run = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                buffer[length++] = text[i];
                continue;
            }

            // Reads the UTF-8 of one character at a time. Its first byte says how many escapes belong to it.
            var count = 0;
            var needed = 1;
            while (count < needed)
            {
                if (i + 2 >= text.Length || text[i] != '%' || !TryHex(text[i + 1], text[i + 2], out run[count]))
                {
                    return Copy(text, buffer);
                }

                if (count == 0)
                {
                    needed = run[0] switch { < 0x80 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
                }

                count++;
                i += 3;
            }

            i--;
            if (Rune.DecodeFromUtf8(run[..count], out var rune, out var used) != OperationStatus.Done || used != count)
            {
                return Copy(text, buffer);
            }

            length += rune.EncodeToUtf16(buffer[length..]);
        }

        return length;
    }

    private static int Copy(ReadOnlySpan<char> text, Span<char> buffer)
    {
        text.CopyTo(buffer);
        return text.Length;
    }

    private static bool TryHex(char high, char low, out byte value)
    {
        value = 0;
        if (!char.IsAsciiHexDigit(high) || !char.IsAsciiHexDigit(low))
        {
            return false;
        }

        value = (byte)((Digit(high) << 4) | Digit(low));
        return true;

        static int Digit(char c) => char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
    }
}
