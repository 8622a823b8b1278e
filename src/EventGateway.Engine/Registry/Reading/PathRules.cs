using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Finds mistakes in new paths: forms that other routers know, or that no request can match.</summary>
internal static class PathRules
{
    private const string Forms = "a parameter is written \":name\", and \"*name\" at the end takes the rest of the path";

    /// <summary>Returns what is wrong with a path and what is accepted. Null when nothing is.</summary>
    /// <param name="path">The path, with a slash at its start.</param>
    /// <param name="isLiteral">Whether it is the path of an async subscription, which has no parameters and wildcards.</param>
    public static string? FindMistake(string path, bool isLiteral)
    {
        if (FindUrlPath(path) is { } part)
        {
            return $"a path is accepted, without scheme and host: \"{part}\".";
        }

        var segments = path[1..].Split('/');
        return (isLiteral ? FindSign(segments) : FindForm(segments)) ?? FindQuery(path);
    }

    // Async paths. 0.9 accepted signs in them, and such subscriptions got no events.
    private static string? FindSign(string[] segments) => Array.Exists(segments, static segment => segment is [':' or '*', ..] || HasBraces(segment))
        ? "the path of an async subscription is compared literally and has no parameters or wildcards. Send the events to one path, or use a sync "
            + "subscription. \"%3A\" and \"%2A\" at the start of a segment stand for a literal \":\" and \"*\"."
        : null;

    private static string? FindForm(string[] segments)
    {
        var corrected = segments.Select((segment, index) => Correct(segment, index == segments.Length - 1)).ToArray();
        if (Array.Exists(corrected, HasBraces))
        {
            return $"{Forms}; both take whole segments.";
        }

        if (Array.FindIndex(corrected, static segment => segment.StartsWith('*')) is >= 0 and var wildcard && wildcard < corrected.Length - 1)
        {
            return $"\"{corrected[wildcard]}\" takes the rest of the path, so it is accepted only as the last segment.";
        }

        if (FindRepeated(corrected) is { } name)
        {
            return $"\"{name}\" names two parameters; a name is accepted once.";
        }

        if (corrected.Length > PathPattern.MaxSegments)
        {
            return $"{corrected.Length} segments; at most {PathPattern.MaxSegments} are accepted.";
        }

        return corrected.SequenceEqual(segments) ? null : $"{Forms}: \"/{string.Join('/', corrected).TrimEnd('?')}\".";
    }

    private static string? FindQuery(string path) => path.IndexOfAny(['?', '#']) is >= 0 and var end
        ? $"a path without query and fragment is accepted: \"{path[..end]}\" takes requests with any query."
        : null;

    // The server adds a slash to a path without one.
    private static string? FindUrlPath(string path)
    {
        if (!path.StartsWith("/http://", StringComparison.OrdinalIgnoreCase) && !path.StartsWith("/https://", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = path.IndexOf('/', path.IndexOf("://", StringComparison.Ordinal) + 3);
        return rest < 0 ? "/" : path[rest..];
    }

    // Writes a segment as this router does. A segment that is right, or cannot be corrected, stays as it is.
    private static string Correct(string segment, bool isLast) => segment switch
    {
        ":" => ":name",
        "*" => isLast ? "*name" : ":name",
        ['*', '*', .. var name] => "*" + NameOf(name),
        ['{', .. var inner, '}'] when !HasBraces(inner) => CorrectBraces(inner, isTypeFirst: false),
        ['<', .. var inner, '>'] when !HasBraces(inner) => CorrectBraces(inner, isTypeFirst: true),
        _ => segment,
    };

    // {id}, {id?}, {id:int}, {*rest}, {proxy+}, {path*}, <id>, <int:id>, <path:rest>.
    private static string CorrectBraces(string inner, bool isTypeFirst)
    {
        var colon = inner.IndexOf(':');
        var (type, name) = colon < 0 ? ("", inner) : isTypeFirst ? (inner[..colon], inner[(colon + 1)..]) : (inner[(colon + 1)..], inner[..colon]);
        var takesRest = type == "path" || name.AsSpan().ContainsAny('*', '+');
        return (takesRest ? "*" : ":") + NameOf(name);
    }

    private static string NameOf(string text) => text.Trim('*', '+', '?') is { Length: > 0 } name ? name : "name";

    private static bool HasBraces(string segment) =>
        (segment.Contains('{') && segment.Contains('}')) || (segment.Contains('<') && segment.Contains('>'));

    private static string? FindRepeated(string[] segments)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return Array.Find(segments, segment => segment is [':' or '*', .. var name] && !names.Add(name)) is { } repeated ? repeated[1..] : null;
    }
}
