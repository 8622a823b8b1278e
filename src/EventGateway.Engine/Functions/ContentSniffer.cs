using System.Buffers;

namespace EventGateway.Engine.Functions;

/// <summary>
/// Guesses the media type of a body without a Content-Type, as the WHATWG's MIME sniffing standard does for text: HTML, XML,
/// other text, or bytes.
/// </summary>
internal static class ContentSniffer
{
    private const int Window = 512;

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create("\t\n\f\r "u8);

    private static readonly SearchValues<byte> Binary = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0b, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1c, 0x1d, 0x1e, 0x1f]);

    private static readonly byte[][] HtmlTags =
    [
        [.. "<!DOCTYPE HTML"u8], [.. "<HTML"u8], [.. "<HEAD"u8], [.. "<SCRIPT"u8], [.. "<IFRAME"u8], [.. "<H1"u8], [.. "<DIV"u8],
        [.. "<FONT"u8], [.. "<TABLE"u8], [.. "<A"u8], [.. "<STYLE"u8], [.. "<TITLE"u8], [.. "<B"u8], [.. "<BODY"u8], [.. "<BR"u8],
        [.. "<P"u8], [.. "<!--"u8],
    ];

    /// <summary>Returns the media type.</summary>
    public static string Detect(ReadOnlySpan<byte> body)
    {
        body = body[..Math.Min(body.Length, Window)];
        var start = body.IndexOfAnyExcept(WhiteSpace);
        var text = start < 0 ? [] : body[start..];
        if (text.StartsWith("<?xml"u8))
        {
            return "text/xml; charset=utf-8";
        }

        foreach (var tag in HtmlTags)
        {
            if (StartsWithTag(text, tag))
            {
                return "text/html; charset=utf-8";
            }
        }

        return body.ContainsAny(Binary) ? "application/octet-stream" : "text/plain; charset=utf-8";
    }

    private static bool StartsWithTag(ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag) =>
        text.Length > tag.Length
        && text[tag.Length] is (byte)' ' or (byte)'>'
        && System.Text.Ascii.EqualsIgnoreCase(text[..tag.Length], tag);
}
