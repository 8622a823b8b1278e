namespace EventGateway.Engine.Routing;

/// <summary>Finds the entries of a path tree that conflict with a new sync path.</summary>
internal static class PathConflict
{
    /// <summary>Returns the entry that takes the same paths as a pattern, with the reason of the conflict. Names of parameters do not count.</summary>
    public static (string Reason, IPathEntry Other)? FindSame(object? tree, string pattern)
    {
        var offset = PathPattern.Begin(pattern);
        for (var depth = 0; tree is PathNode node; depth++)
        {
            if (offset == PathPattern.End)
            {
                tree = node.Entries;
                break;
            }

            var segment = PathPattern.Next(pattern, ref offset);
            if (PathPattern.IsWildcard(segment))
            {
                tree = node.Wildcards;
                break;
            }

            tree = PathPattern.IsParameter(segment) ? node.Parameter : HashTrie.Find(node.Statics, new SegmentKey(segment, depth));
        }

        return tree is not null && EntryPlace.First(tree) is var entry && Between(entry.Pattern, pattern, AreSame) is { } reason ? (reason, entry) : null;
    }

    /// <summary>
    /// Returns why a pattern conflicts, with the other entry, or null. A place has either static segments, or one parameter of
    /// one name, or one wildcard, and a path is taken once.
    /// </summary>
    public static (string Reason, IPathEntry Other)? Find(object? tree, string pattern)
    {
        var offset = PathPattern.Begin(pattern);
        var depth = 0;
        while (tree is PathNode node)
        {
            if (offset == PathPattern.End)
            {
                return node.Entries is null ? null : (Taken, EntryPlace.First(node.Entries));
            }

            var segment = PathPattern.Next(pattern, ref offset);
            if (AtNode(node, segment, depth) is { } conflict)
            {
                return conflict;
            }

            depth++;
            tree = PathPattern.IsParameter(segment) ? node.Parameter : HashTrie.Find(node.Statics, new SegmentKey(segment, depth - 1));
        }

        return tree is IPathEntry entry && Between(entry.Pattern, pattern, ConflictOf) is { } reason ? (reason, entry) : null;
    }

    private const string Taken = "the path is already taken";
    private const string StaticThere = "static route already defined";

    private static (string Reason, IPathEntry Other)? AtNode(PathNode node, ReadOnlySpan<char> segment, int depth)
    {
        if (node.Wildcards is not null)
        {
            return At(EntryPlace.First(node.Wildcards), segment, depth);
        }

        if (node.Parameter is not null && At(PathTree.Any(node.Parameter), segment, depth) is { } conflict)
        {
            return conflict;
        }

        return node.Statics is not null && (PathPattern.IsParameter(segment) || PathPattern.IsWildcard(segment))
            ? (StaticThere, PathTree.Any(HashTrie.Any(node.Statics)))
            : null;
    }

    private static (string Reason, IPathEntry Other)? At(IPathEntry there, ReadOnlySpan<char> segment, int depth) =>
        BetweenSegments(PathPattern.SegmentAt(there.Pattern, depth), segment) is { } reason ? (reason, there) : null;

    // Compares segments at the same place. Returns whether those that follow decide.
    private delegate bool SegmentComparison(ReadOnlySpan<char> there, ReadOnlySpan<char> segment, out string? reason);

    private static string? Between(string there, string pattern, SegmentComparison goesOn)
    {
        var offset = PathPattern.Begin(pattern);
        var offsetThere = PathPattern.Begin(there);
        while (offset != PathPattern.End && offsetThere != PathPattern.End)
        {
            var segmentThere = PathPattern.Next(there, ref offsetThere);
            var segment = PathPattern.Next(pattern, ref offset);
            if (!goesOn(segmentThere, segment, out var reason))
            {
                return reason;
            }
        }

        return offset == offsetThere ? Taken : null;
    }

    private static bool ConflictOf(ReadOnlySpan<char> there, ReadOnlySpan<char> segment, out string? reason)
    {
        reason = BetweenSegments(there, segment);
        return reason is null && there.SequenceEqual(segment);
    }

    private static bool AreSame(ReadOnlySpan<char> there, ReadOnlySpan<char> segment, out string? reason)
    {
        reason = null;
        return (PathPattern.IsParameter(segment) && PathPattern.IsParameter(there))
            || (PathPattern.IsWildcard(segment) && PathPattern.IsWildcard(there))
            || segment.SequenceEqual(there);
    }

    private static string? BetweenSegments(ReadOnlySpan<char> there, ReadOnlySpan<char> segment)
    {
        if (PathPattern.IsWildcard(there))
        {
            return $"wildcard (\"{PathText.Plain(there[1..])}\") already defined";
        }

        if (PathPattern.IsParameter(there))
        {
            return PathPattern.IsWildcard(segment) || !PathPattern.IsParameter(segment)
                ? $"parameter (\"{PathText.Plain(there[1..])}\") already defined"
                : there.SequenceEqual(segment) ? null : $"parameter with different name (\"{PathText.Plain(there[1..])}\") already defined";
        }

        return PathPattern.IsParameter(segment) || PathPattern.IsWildcard(segment) ? StaticThere : null;
    }
}
