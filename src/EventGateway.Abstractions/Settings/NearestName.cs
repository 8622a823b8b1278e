using System.Text;

namespace EventGateway.Abstractions.Settings;

/// <summary>Finds the known name that a person probably meant, for errors about unknown fields, query parameters and options.</summary>
public static class NearestName
{
    // A name that is contained in another must be long enough to mean something: "id" is in "width".
    private const int MinContained = 4;

    // Longer names are cut in errors. No known name is as long.
    private const int MaxShown = 100;

    /// <summary>Words the error about an unknown name: <c>Unknown field "enbaled". Did you mean "enabled"?</c></summary>
    /// <param name="what">The kind of name: <c>field</c>.</param>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The names that are accepted.</param>
    public static string Describe(string what, string name, IReadOnlyCollection<string> known) => Describe(what, name, Find(name, known), known);

    /// <summary>Words the error about an unknown name. The caller has found the nearest one.</summary>
    /// <param name="what">The kind of name: <c>field</c>.</param>
    /// <param name="name">The unknown name.</param>
    /// <param name="nearest">The name that was probably meant. Null lists the known names.</param>
    /// <param name="known">The names that are accepted.</param>
    public static string Describe(string what, string name, string? nearest, IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        var text = new StringBuilder($"Unknown {what} \"{(name.Length > MaxShown ? name[..MaxShown] + "…" : name)}\". ");
        text.Append(nearest is not null ? $"Did you mean \"{nearest}\"?" : known.Count switch
        {
            0 => $"No {what} is accepted here.",
            1 => $"{known.First()} is accepted.",
            _ => $"{string.Join(", ", known.SkipLast(1))} and {known.Last()} are accepted.",
        });
        return text.ToString();
    }

    /// <summary>
    /// Returns the known name that differs in the fewest letters, at most a third of its own, whatever their case. A letter that is
    /// missing, added or replaced counts, and so do two that changed places. If there is none, returns a name that contains the
    /// unknown one, is contained in it, or begins like it: <c>retry</c> for <c>retries</c>. Returns null when no name is near.
    /// </summary>
    /// <param name="name">The unknown name. It may be very long.</param>
    /// <param name="known">The names that are accepted.</param>
    public static string? Find(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        string? nearest = null;
        string? contained = null;
        var best = int.MaxValue;
        foreach (var candidate in known)
        {
            var limit = Math.Max(1, candidate.Length / 3);
            if (Math.Abs(name.Length - candidate.Length) <= limit
                && Distance(name, candidate) is var distance && distance <= limit && distance < best && distance < name.Length)
            {
                (nearest, best) = (candidate, distance);
            }

            if (contained is null && (Contains(name, candidate) || Contains(candidate, name) || BeginsLike(name, candidate)))
            {
                contained = candidate;
            }
        }

        return nearest ?? contained;
    }

    private static bool Contains(string whole, string part) => part.Length >= MinContained && whole.Contains(part, StringComparison.OrdinalIgnoreCase);

    // Three quarters of the letters of the shorter name.
    private static bool BeginsLike(string name, string candidate)
    {
        var length = Math.Min(name.Length, candidate.Length);
        var same = 0;
        while (same < length && AreEqual(name[same], candidate[same]))
        {
            same++;
        }

        return same >= MinContained && same * 4 >= length * 3;
    }

    // The optimal string alignment distance, row by row.
    private static int Distance(string one, string other)
    {
        var (last, before, row) = (new int[other.Length + 1], new int[other.Length + 1], new int[other.Length + 1]);
        for (var j = 0; j <= other.Length; j++)
        {
            before[j] = j;
        }

        for (var i = 1; i <= one.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = before[j - 1] + (AreEqual(one[i - 1], other[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(before[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && AreEqual(one[i - 1], other[j - 2]) && AreEqual(one[i - 2], other[j - 1]))
                {
                    row[j] = Math.Min(row[j], last[j - 2] + 1);
                }
            }

            (last, before, row) = (before, row, last);
        }

        return before[other.Length];
    }

    private static bool AreEqual(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}
