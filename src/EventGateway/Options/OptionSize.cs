using System.Globalization;

namespace EventGateway.Options;

/// <summary>Reads sizes: plain bytes (<c>1048576</c>), and numbers with decimal or binary units (<c>1GB</c>, <c>512KiB</c>).</summary>
internal static class OptionSize
{
    /// <summary>The accepted forms, as errors and the help name them.</summary>
    public const string Accepted = "a number of bytes (1048576) or a number with a unit (512KiB, 1MiB, 10GiB, 1GB)";

    private static readonly (string Name, long Bytes)[] Units =
    [
        ("B", 1),
        ("kB", 1000),
        ("KiB", 1L << 10),
        ("MB", 1_000_000),
        ("MiB", 1L << 20),
        ("GB", 1_000_000_000),
        ("GiB", 1L << 30),
        ("TB", 1_000_000_000_000),
        ("TiB", 1L << 40),
    ];

    /// <summary>Reads a size. The case of the unit does not matter.</summary>
    /// <returns>Whether the text is a size.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length;
        var suffix = text[digits..];
        var unit = suffix.Length == 0 ? Units[0] : Array.Find(Units, unit => unit.Name.Equals(suffix, StringComparison.OrdinalIgnoreCase));
        if (unit.Name is null
            || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue / unit.Bytes)
        {
            return false;
        }

        bytes = number * unit.Bytes;
        return true;
    }

    /// <summary>Writes a size as a number with the largest binary unit that needs no fraction.</summary>
    public static string Format(long bytes)
    {
        var unit = Array.FindLast(Units, unit => unit.Name is "B" or ['K' or 'M' or 'G' or 'T', 'i', 'B'] && bytes >= unit.Bytes && bytes % unit.Bytes == 0);
        return unit.Name is null or "B" ? bytes.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{bytes / unit.Bytes}{unit.Name}");
    }
}
