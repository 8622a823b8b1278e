using System.Buffers;

namespace EventGateway.Core.Routing;

/// <summary>Reads the list of an <c>Access-Control-Request-Headers</c> header.</summary>
internal static class CorsHeaderNames
{
    // RFC 9110, section 5.6.2: the characters of a header's name.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// Reads names that are separated by commas or blanks, and writes them the usual way (<c>X-Api-Key</c>). Not so where one
    /// of them is no name of a header.
    /// </summary>
    public static bool TryParse(string? list, out IReadOnlyList<string> names)
    {
        names = [];
        if (string.IsNullOrEmpty(list))
        {
            return true;
        }

        var found = new List<string>();
        foreach (var range in list.AsSpan().SplitAny(',', ' ', '\t'))
        {
            var name = list.AsSpan(range);
            if (name.ContainsAnyExcept(NameCharacters))
            {
                return false;
            }

            if (!name.IsEmpty)
            {
                found.Add(Canonical(name));
            }
        }

        names = found;
        return true;
    }

    private static string Canonical(ReadOnlySpan<char> name)
    {
        Span<char> text = name.Length <= 128 ? stackalloc char[name.Length] : new char[name.Length];
        var first = true;
        for (var i = 0; i < name.Length; i++)
        {
            text[i] = first ? char.ToUpperInvariant(name[i]) : char.ToLowerInvariant(name[i]);
            first = name[i] == '-';
        }

        return text.ToString();
    }
}
