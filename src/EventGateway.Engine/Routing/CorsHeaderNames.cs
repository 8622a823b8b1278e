using EventGateway.CloudEvents.Http;

namespace EventGateway.Engine.Routing;

/// <summary>Reads the list of an <c>Access-Control-Request-Headers</c> header.</summary>
internal static class CorsHeaderNames
{
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
            if (name.IsEmpty)
            {
                continue;
            }

            if (!HttpToken.IsValid(name))
            {
                return false;
            }

            found.Add(Canonical(name));
        }

        names = found;
        return true;
    }

    private static string Canonical(ReadOnlySpan<char> name)
    {
        Span<char> text = name.Length <= 128 ? stackalloc char[name.Length] : new char[name.Length];
        HttpToken.Canonicalize(name, text);
        return text.ToString();
    }
}
