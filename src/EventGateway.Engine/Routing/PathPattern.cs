using EventGateway.CloudEvents.Http;

namespace EventGateway.Engine.Routing;

/// <summary>
/// The path of a subscription or CORS configuration in the form that is compared: normalized like a request's path, with the sign
/// of a parameter (<c>:</c>) or wildcard (<c>*</c>) replaced by half a surrogate pair, so that an escaped <c>%3A</c> or a
/// literal path stays plain text. Such a half is a sign only as a segment's first character, where no text can hold it;
/// further on it may be the second half of a character such as an emoji.
/// </summary>
internal static class PathPattern
{
    /// <summary>Begins a segment that takes any one segment, also an empty one; the parameter's name follows.</summary>
    public const char Parameter = '\uDC3A';

    /// <summary>Begins the segment that takes the whole rest, also an empty one; the parameter's name follows.</summary>
    public const char Wildcard = '\uDC2A';

    private const string ParameterStart = "/\uDC3A";
    private const string WildcardStart = "/\uDC2A";

    /// <summary>The offset that says that a path has no more segments.</summary>
    public const int End = -1;

    /// <summary>How many segments a path of a path tree can have. A walk over the tree is as deep as that.</summary>
    public const int MaxSegments = 256;

    /// <summary>Makes the pattern of a configured path.</summary>
    /// <param name="path">The path, beginning with a slash.</param>
    /// <param name="literal">Whether <c>:</c> and <c>*</c> are plain characters in it.</param>
    public static string Of(string path, bool literal)
    {
        var hasSigns = !literal && (path.Contains("/:", StringComparison.Ordinal) || path.Contains("/*", StringComparison.Ordinal));
        if (!hasSigns && !path.Contains('%'))
        {
            return path;
        }

        var signed = hasSigns ? path.Replace("/:", ParameterStart).Replace("/*", WildcardStart) : path;
        return PathText.Normalize(signed).ToString();
    }

    /// <summary>Where a path's first segment begins. The path <c>/</c> has no segments.</summary>
    public static int Begin(ReadOnlySpan<char> path) => path.Length > 1 ? 1 : End;

    /// <summary>Takes the segment that begins at an offset, and moves the offset to the next one.</summary>
    public static ReadOnlySpan<char> Next(ReadOnlySpan<char> path, scoped ref int offset)
    {
        var rest = path[offset..];
        var length = rest.IndexOf('/');
        if (length < 0)
        {
            offset = End;
            return rest;
        }

        offset += length + 1;
        return rest[..length];
    }

    /// <summary>Whether a segment of a pattern takes any one segment.</summary>
    public static bool IsParameter(ReadOnlySpan<char> segment) => segment.Length > 0 && segment[0] == Parameter;

    /// <summary>Whether a segment of a pattern takes the rest.</summary>
    public static bool IsWildcard(ReadOnlySpan<char> segment) => segment.Length > 0 && segment[0] == Wildcard;

    /// <summary>Whether a pattern takes a normalized path.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        var patternOffset = Begin(pattern);
        var offset = Begin(path);
        while (patternOffset != End && offset != End)
        {
            var segment = Next(pattern, ref patternOffset);
            if (IsWildcard(segment))
            {
                return patternOffset == End;
            }

            var sent = Next(path, ref offset);
            if (!IsParameter(segment) && !segment.SequenceEqual(sent))
            {
                return false;
            }
        }

        return patternOffset == offset;
    }

    /// <summary>Reads the parameters of a path that a pattern takes.</summary>
    /// <param name="path">The path as it was sent.</param>
    public static IReadOnlyList<PathParameter> ReadParameters(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        var count = pattern.Count(ParameterStart) + pattern.Count(WildcardStart);
        if (count == 0)
        {
            return [];
        }

        var parameters = new PathParameter[count];
        var found = 0;
        for (int inPattern = Begin(pattern), inPath = Begin(path); found < count;)
        {
            var segment = Next(pattern, ref inPattern);
            var rest = path[inPath..];
            var sent = Next(path, ref inPath);
            if (IsParameter(segment) || IsWildcard(segment))
            {
                var value = IsWildcard(segment) ? rest : sent;
                parameters[found++] = new PathParameter(PathText.Plain(segment[1..]), TargetText.Decode(value, plusIsSpace: false));
            }
        }

        return parameters;
    }

    /// <summary>Whether a pattern can stand in a path tree: not too deep, and a wildcard only as its last segment.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> pattern)
    {
        var wildcard = pattern.IndexOf(WildcardStart);
        return (wildcard < 0 || !pattern[(wildcard + 1)..].Contains('/')) && pattern.Count('/') <= MaxSegments;
    }

    /// <summary>The segment of a pattern at a depth, counted from 0.</summary>
    public static ReadOnlySpan<char> SegmentAt(ReadOnlySpan<char> pattern, int depth)
    {
        var offset = Begin(pattern);
        for (; depth > 0; depth--)
        {
            Next(pattern, ref offset);
        }

        return Next(pattern, ref offset);
    }
}
