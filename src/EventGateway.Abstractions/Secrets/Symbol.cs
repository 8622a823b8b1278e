namespace EventGateway.Abstractions.Secrets;

/// <summary>The character that is spelled at a position of a text.</summary>
/// <param name="Value">A code point, or one of the values beyond all code points.</param>
/// <param name="Next">The position after it.</param>
internal readonly record struct Symbol(int Value, int Next)
{
    /// <summary>Separates decoded parts of a text that do not belong together.</summary>
    public const int Separator = -1;

    /// <summary>Spells nothing: half of a UTF-16 unit, or a line break of quoted-printable.</summary>
    public const int Nothing = 0;

    private const int FirstByte = 0x110000;

    /// <summary>Returns the value of a byte. A byte that is not ASCII is not a code point.</summary>
    public static int OfByte(int octet) => octet < 0x80 ? octet : FirstByte + octet;

    /// <summary>Returns the byte of a value that is not ASCII, or -1 when the value is not a byte.</summary>
    public static int ToByte(int value) => value >= FirstByte ? value - FirstByte : -1;

    /// <summary>Returns the value for comparisons: without case, and with a plus sign for a space, as in forms.</summary>
    public static int Fold(int value) => value is >= 'A' and <= 'Z' ? value | 0x20 : value is '+' ? ' ' : value;

    /// <summary>Returns the values of a text, folded.</summary>
    public static int[] Fold(string text) => [.. text.EnumerateRunes().Select(rune => Fold(rune.Value))];
}
