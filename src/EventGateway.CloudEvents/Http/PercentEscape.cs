namespace EventGateway.CloudEvents.Http;

/// <summary>Recognizes and reads escapes: a percent sign and two hexadecimal digits (RFC 3986, section 2.1).</summary>
internal static class PercentEscape
{
    /// <summary>The length of an escape in characters.</summary>
    public const int Length = 3;

    /// <summary>Returns whether a text begins with an escape.</summary>
    public static bool Begins(ReadOnlySpan<char> text) =>
        text.Length >= Length && text[0] == '%' && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]);

    /// <summary>Returns whether a text in UTF-8 begins with an escape.</summary>
    public static bool Begins(ReadOnlySpan<byte> text) =>
        text.Length >= Length && text[0] == '%' && char.IsAsciiHexDigit((char)text[1]) && char.IsAsciiHexDigit((char)text[2]);

    /// <summary>Returns the byte that an escape stands for.</summary>
    /// <param name="high">The first digit.</param>
    /// <param name="low">The second digit.</param>
    public static byte Read(char high, char low) => (byte)((ValueOf(high) << 4) | ValueOf(low));

    private static int ValueOf(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
