namespace EventGateway.Engine.Routing;

/// <summary>
/// A persistent tree of paths: <c>null</c>, a single <see cref="IPathEntry"/>, or a <see cref="PathNode"/>. A change copies
/// the nodes on its path. It holds entries that conflict, too; then static segments win over parameters and these over wildcards.
/// </summary>
internal static class PathTree
{
    /// <summary>The tree with an entry, in place of one with the same pattern and key.</summary>
    public static object Add(object? tree, IPathEntry entry) =>
        Add(tree, entry, PathPattern.Begin(entry.Pattern), 0, default);

    /// <summary>The tree without an entry.</summary>
    public static object? Remove(object? tree, string pattern, PathEntryKey key) =>
        Remove(tree, pattern, key, PathPattern.Begin(pattern), 0);

    /// <summary>Finds the entry with a pattern and key. Null means that the tree has none.</summary>
    public static IPathEntry? Find(object? tree, string pattern, PathEntryKey key)
    {
        var offset = PathPattern.Begin(pattern);
        for (var depth = 0; tree is PathNode node; depth++)
        {
            if (offset == PathPattern.End)
            {
                return EntryPlace.Find(node.Entries, key);
            }

            var segment = PathPattern.Next(pattern, ref offset);
            if (PathPattern.IsWildcard(segment))
            {
                return EntryPlace.Find(node.Wildcards, key);
            }

            tree = PathPattern.IsParameter(segment) ? node.Parameter : HashTrie.Find(node.Statics, new SegmentKey(segment, depth));
        }

        return tree is IPathEntry entry && entry.Pattern == pattern && entry.Key == key ? entry : null;
    }

    /// <summary>Finds the entries that take a path, an <see cref="EntryPlace"/>.</summary>
    /// <param name="path">The path, normalized.</param>
    /// <param name="space">The space whose entries count. Null means any.</param>
    public static object? Match(object? tree, ReadOnlySpan<char> path, string? space = null) =>
        Match(tree, path, space, PathPattern.Begin(path), 0);

    /// <summary>Adds every entry that takes a path to a list, not only those of the most specific pattern.</summary>
    /// <param name="path">The path, normalized.</param>
    /// <param name="found">Gets the entries.</param>
    public static void CopyMatches(object? tree, ReadOnlySpan<char> path, List<IPathEntry> found) =>
        CopyMatches(tree, path, PathPattern.Begin(path), 0, found);

    /// <summary>Returns any entry of a tree that is not empty.</summary>
    public static IPathEntry Any(object tree)
    {
        while (tree is PathNode node)
        {
            if ((node.Entries ?? node.Wildcards) is { } place)
            {
                return EntryPlace.First(place);
            }

            tree = node.Parameter ?? HashTrie.Any(node.Statics!);
        }

        return (IPathEntry)tree;
    }

    private static object Add(object? tree, IPathEntry entry, int offset, int depth, ReadOnlySpan<char> segment)
    {
        switch (tree)
        {
            case null:
                return entry;
            case PathNode node:
                return AddTo(node, entry, offset, depth);
            default:
                var other = (IPathEntry)tree;
                return other.Pattern == entry.Pattern && other.Key == entry.Key
                    ? entry
                    : AddTo(AddTo(new PathNode(segment.ToString()), other, OffsetAt(other.Pattern, depth), depth), entry, offset, depth);
        }
    }

    private static PathNode AddTo(PathNode node, IPathEntry entry, int offset, int depth)
    {
        if (offset == PathPattern.End)
        {
            return node with { Entries = EntryPlace.Add(node.Entries, entry) };
        }

        var segment = PathPattern.Next(entry.Pattern, ref offset);
        if (PathPattern.IsWildcard(segment))
        {
            return node with { Wildcards = EntryPlace.Add(node.Wildcards, entry) };
        }

        if (PathPattern.IsParameter(segment))
        {
            return node with { Parameter = Add(node.Parameter, entry, offset, depth + 1, default) };
        }

        var key = new SegmentKey(segment, depth);
        var child = Add(HashTrie.Find(node.Statics, key), entry, offset, depth + 1, segment);
        return node with { Statics = HashTrie.Set(node.Statics, key, child) };
    }

    private static object? Remove(object? tree, string pattern, PathEntryKey key, int offset, int depth)
    {
        if (tree is not PathNode node)
        {
            return tree is IPathEntry entry && entry.Pattern == pattern && entry.Key == key ? null : tree;
        }

        if (offset == PathPattern.End)
        {
            return Compact(node with { Entries = EntryPlace.Remove(node.Entries, key) });
        }

        var segment = PathPattern.Next(pattern, ref offset);
        if (PathPattern.IsWildcard(segment))
        {
            return Compact(node with { Wildcards = EntryPlace.Remove(node.Wildcards, key) });
        }

        if (PathPattern.IsParameter(segment))
        {
            return Compact(node with { Parameter = Remove(node.Parameter, pattern, key, offset, depth + 1) });
        }

        var place = new SegmentKey(segment, depth);
        var before = HashTrie.Find(node.Statics, place);
        var after = Remove(before, pattern, key, offset, depth + 1);
        if (ReferenceEquals(before, after))
        {
            return node;
        }

        return Compact(node with { Statics = after is null ? HashTrie.Remove(node.Statics, place) : HashTrie.Set(node.Statics, place, after) });
    }

    // Returns null for an empty node, and the entry for a node with a single one.
    private static object? Compact(PathNode node) => node switch
    {
        { Statics: null, Parameter: null, Entries: null, Wildcards: null } => null,
        { Statics: IPathEntry entry, Parameter: null, Entries: null, Wildcards: null } => entry,
        { Statics: null, Parameter: IPathEntry entry, Entries: null, Wildcards: null } => entry,
        { Statics: null, Parameter: null, Entries: IPathEntry entry, Wildcards: null } => entry,
        { Statics: null, Parameter: null, Entries: null, Wildcards: IPathEntry entry } => entry,
        _ => node,
    };

    private static object? Match(object? tree, ReadOnlySpan<char> path, string? space, int offset, int depth)
    {
        if (tree is not PathNode node)
        {
            // The subtree is this single entry.
            return tree is IPathEntry entry && (space is null || entry.Key.Space == space) && PathPattern.Matches(entry.Pattern, path) ? entry : null;
        }

        if (offset == PathPattern.End)
        {
            return EntryPlace.Of(node.Entries, space);
        }

        var segment = PathPattern.Next(path, ref offset);
        if (node.Statics is not null
            && HashTrie.Find(node.Statics, new SegmentKey(segment, depth)) is { } child
            && Match(child, path, space, offset, depth + 1) is { } found)
        {
            return found;
        }

        if (node.Parameter is not null && Match(node.Parameter, path, space, offset, depth + 1) is { } place)
        {
            return place;
        }

        return EntryPlace.Of(node.Wildcards, space);
    }

    private static void CopyMatches(object? tree, ReadOnlySpan<char> path, int offset, int depth, List<IPathEntry> found)
    {
        if (tree is not PathNode node)
        {
            if (tree is IPathEntry entry && PathPattern.Matches(entry.Pattern, path))
            {
                found.Add(entry);
            }

            return;
        }

        if (offset == PathPattern.End)
        {
            EntryPlace.CopyTo(node.Entries, found);
            return;
        }

        var segment = PathPattern.Next(path, ref offset);
        CopyMatches(HashTrie.Find(node.Statics, new SegmentKey(segment, depth)), path, offset, depth + 1, found);
        CopyMatches(node.Parameter, path, offset, depth + 1, found);
        EntryPlace.CopyTo(node.Wildcards, found);
    }

    private static int OffsetAt(string pattern, int depth)
    {
        var offset = PathPattern.Begin(pattern);
        for (; depth > 0; depth--)
        {
            PathPattern.Next(pattern, ref offset);
        }

        return offset;
    }
}
