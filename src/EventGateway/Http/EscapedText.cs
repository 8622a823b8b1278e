using System.Numerics;

namespace EventGateway.Http;

/// <summary>Estimates how much larger a text becomes as a JSON string.</summary>
internal static class EscapedText
{
    // \u0000 in place of one byte, \ud83d\ude00 in place of four.
    private const int MaxAdded = 8;
    private const byte FirstOfFour = 0xF0;
    private const byte Delete = 0x7F;

    /// <summary>Returns an upper bound for the bytes that escapes add. It is quick, and exact to a small factor.</summary>
    /// <param name="text">The text, in UTF-8.</param>
    public static long MaxAddedBytes(ReadOnlySpan<byte> text)
    {
        var count = 0L;
        var rest = text;
        while (rest.Length >= Vector<byte>.Count)
        {
            // A lane can count to 255.
            var counts = Vector<byte>.Zero;
            for (var i = 0; i < byte.MaxValue && rest.Length >= Vector<byte>.Count; i++)
            {
                var bytes = new Vector<byte>(rest);
                counts -= Vector.LessThan(bytes, new Vector<byte>((byte)' '))
                    | Vector.Equals(bytes, new Vector<byte>(Delete))
                    | Vector.GreaterThanOrEqual(bytes, new Vector<byte>(FirstOfFour));
                rest = rest[Vector<byte>.Count..];
            }

            Vector.Widen(counts, out var low, out var high);
            count += Vector.Sum(low + high);
        }

        foreach (var one in rest)
        {
            count += one is < (byte)' ' or Delete or >= FirstOfFour ? 1 : 0;
        }

        return MaxAdded * count;
    }
}
