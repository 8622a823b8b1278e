using System.Text;

namespace EventGateway.CloudEvents;

/// <summary>
/// Converts text between UTF-8 and the charset that a media type declares. Only charsets that define every byte are known:
/// <c>utf-16</c> and <c>utf-32</c> leave the order of the bytes open.
/// </summary>
internal static class Charset
{
    /// <summary>
    /// How many bytes <see cref="ToUtf8"/> takes at most for each byte of the text: two for the characters, one to compare, and up to
    /// three of UTF-8.
    /// </summary>
    public const int CostPerByte = 6;

    private static readonly HashSet<string> Utf8Names = new(StringComparer.OrdinalIgnoreCase) { "utf-8", "utf8", "us-ascii", "ascii" };

    // All others come from the code pages of .NET, which has those of Windows, ISO, DOS and East Asia.
    private static readonly Dictionary<string, Encoding> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["iso-8859-1"] = Strict("iso-8859-1"),
        ["iso8859-1"] = Strict("iso-8859-1"),
        ["iso_8859-1"] = Strict("iso-8859-1"),
        ["latin1"] = Strict("iso-8859-1"),
        ["utf-16le"] = new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
        ["utf-16be"] = new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
        ["utf-32le"] = new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true),
        ["utf-32be"] = new UTF32Encoding(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true),
    };

    /// <summary>Returns whether text in a charset is UTF-8. ASCII is a part of UTF-8.</summary>
    /// <param name="charset">The declared charset. Null means that none is declared.</param>
    public static bool IsUtf8(string? charset) => charset is null || Utf8Names.Contains(charset);

    /// <summary>Converts text to UTF-8.</summary>
    /// <param name="bytes">The text in the charset.</param>
    /// <returns>
    /// The text. Null when the charset is unknown, or when the bytes are not the ones that the charset has for a text: these would
    /// not come back.
    /// </returns>
    public static byte[]? ToUtf8(string charset, ReadOnlySpan<byte> bytes)
    {
        if (Find(charset) is not { } encoding)
        {
            return null;
        }

        try
        {
            var text = encoding.GetString(bytes);
            return encoding.GetBytes(text).AsSpan().SequenceEqual(bytes) ? Encoding.UTF8.GetBytes(text) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Converts text from UTF-8.</summary>
    /// <param name="utf8">The text.</param>
    /// <returns>The text in the charset. Null when the charset is unknown or does not have all characters.</returns>
    public static byte[]? FromUtf8(string charset, ReadOnlySpan<byte> utf8)
    {
        if (Find(charset) is not { } encoding)
        {
            return null;
        }

        try
        {
            return encoding.GetBytes(Encoding.UTF8.GetString(utf8));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Encoding? Find(string charset) =>
        Others.TryGetValue(charset, out var encoding)
            ? encoding
            : CodePagesEncodingProvider.Instance.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static Encoding Strict(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
