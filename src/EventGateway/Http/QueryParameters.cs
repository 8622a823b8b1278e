using EventGateway.CloudEvents.Http;

namespace EventGateway.Http;

/// <summary>Reads the parameters of a query: their names, each with its values, in the order of their first appearance.</summary>
/// <remarks>
/// Only <c>&amp;</c> separates parameters, and empty ones do not count. The first <c>=</c> ends the name; a parameter without one has
/// an empty value. <c>+</c> is a space. The rest is read as <see cref="TargetText"/> does, so nothing is refused or left out.
/// </remarks>
internal static class QueryParameters
{
    /// <summary>Reads the parameters.</summary>
    /// <param name="query">The query as it was sent, without the question mark. Null means none.</param>
    /// <param name="asIn09">Whether a parameter that has a semicolon or an invalid escape is left out, as in 0.9.</param>
    /// <returns>The parameters. Null when the query is empty.</returns>
    public static OrderedDictionary<string, List<string>>? Read(string? query, bool asIn09)
    {
        if (string.IsNullOrEmpty(query))
        {
            return null;
        }

        var parameters = new OrderedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var range in query.AsSpan().Split('&'))
        {
            var pair = query.AsSpan()[range];
            var equals = pair.IndexOf('=');
            if (pair.IsEmpty
                || !TryDecode(equals < 0 ? pair : pair[..equals], asIn09, out var name)
                || !TryDecode(equals < 0 ? default : pair[(equals + 1)..], asIn09, out var value))
            {
                continue;
            }

            if (!parameters.TryGetValue(name, out var values))
            {
                parameters.Add(name, values = []);
            }

            values.Add(value);
        }

        return parameters;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, bool asIn09, out string decoded)
    {
        if (asIn09)
        {
            decoded = "";
            return !text.Contains(';') && PercentEncoding.TryDecode(text, plusIsSpace: true, out decoded);
        }

        decoded = TargetText.Decode(text, plusIsSpace: true);
        return true;
    }
}
