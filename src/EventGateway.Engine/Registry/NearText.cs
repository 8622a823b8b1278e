namespace EventGateway.Engine.Registry;

/// <summary>Compares texts that people may have mistyped.</summary>
internal static class NearText
{
    private const int MaxEdits = 2;
    private const int MaxLength = 128;

    /// <summary>
    /// Returns the text that differs least: only in case, or else in at most two letters that are missing, added or replaced. Null when
    /// there is none.
    /// </summary>
    public static string? Find(string text, IEnumerable<string> others)
    {
        string? found = null;
        var fewest = MaxEdits + 1;
        foreach (var other in others)
        {
            var edits = text.Equals(other, StringComparison.OrdinalIgnoreCase) ? 0 : Edits(text, other);
            if (edits < fewest)
            {
                (found, fewest) = (other, edits);
            }
        }

        return found;
    }

    /// <summary>Returns how many characters two texts have in common at both ends, in any case.</summary>
    public static int CommonEnds(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var length = Math.Min(one.Length, other.Length);
        var start = 0;
        while (start < length && AreSame(one[start], other[start]))
        {
            start++;
        }

        var end = 0;
        while (end < length - start && AreSame(one[^(end + 1)], other[^(end + 1)]))
        {
            end++;
        }

        return start + end;
    }

    // The Levenshtein distance, or more than MaxEdits when it is greater.
    private static int Edits(string one, string other)
    {
        // Short texts are all similar.
        if (Math.Abs(one.Length - other.Length) > MaxEdits || one.Length > MaxLength || Math.Min(one.Length, other.Length) <= MaxEdits)
        {
            return MaxEdits + 1;
        }

        Span<int> row = stackalloc int[other.Length + 1];
        for (var column = 0; column < row.Length; column++)
        {
            row[column] = column;
        }

        for (var line = 1; line <= one.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column < row.Length; column++)
            {
                var replaced = diagonal + (AreSame(one[line - 1], other[column - 1]) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[^1];
    }

    private static bool AreSame(char one, char other) => one == other || char.ToLowerInvariant(one) == char.ToLowerInvariant(other);
}
