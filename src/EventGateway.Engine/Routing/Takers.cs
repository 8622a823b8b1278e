namespace EventGateway.Engine.Routing;

/// <summary>The spaces whose subscriptions take the requests of one path, once there are several.</summary>
/// <param name="Pattern">The path, as <see cref="PathPattern.Of"/> writes it.</param>
/// <param name="Spaces">A <see cref="HashTrie"/> that has the <see cref="SpaceTakers"/> of each space.</param>
internal sealed record Takers(string Pattern, object Spaces) : IPathEntry
{
    PathEntryKey IPathEntry.Key => KeyOf(Pattern);

    /// <summary>The key of a path's takers. Patterns that differ only in the names of parameters share a place of a path tree.</summary>
    public static PathEntryKey KeyOf(string pattern) => new(0, string.Empty, pattern);

    /// <summary>The spaces of a place of a path tree.</summary>
    /// <param name="entry"><see cref="Takers"/>, the <see cref="SpaceTakers"/> of a single space, or null for none.</param>
    public static object? SpacesOf(object? entry) => entry is Takers several ? several.Spaces : entry;

    /// <summary>The path tree after a path has got or lost a subscription of a space.</summary>
    /// <param name="tree">The tree before.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="change">1 when it has got one, -1 when it has lost one.</param>
    public static object? Count(object? tree, string pattern, string space, int change)
    {
        var spaces = SpaceTakers.Count(SpacesOf(PathTree.Find(tree, pattern, KeyOf(pattern))), pattern, space, change);
        return spaces is null
            ? PathTree.Remove(tree, pattern, KeyOf(pattern))
            : PathTree.Add(tree, spaces as SpaceTakers ?? (IPathEntry)new Takers(pattern, spaces));
    }
}

/// <summary>How many subscriptions of one space take the requests of a path.</summary>
internal sealed record SpaceTakers(string Pattern, string Space, int Number) : IPathEntry
{
    PathEntryKey IPathEntry.Key => Takers.KeyOf(Pattern);

    /// <summary>The spaces of a path after one of them has got or lost a subscription. Null means that none are left.</summary>
    public static object? Count(object? spaces, string pattern, string space, int change)
    {
        var key = new SpaceKey(space);
        var number = ((SpaceTakers?)HashTrie.Find(spaces, key))?.Number + change ?? change;
        return number == 0 ? HashTrie.Remove(spaces, key) : HashTrie.Set(spaces, key, new SpaceTakers(pattern, space, number));
    }

    private readonly struct SpaceKey(string space) : ITrieKey<SpaceKey>
    {
        public int Hash => space.GetHashCode(StringComparison.Ordinal);

        public int HashOf(object item) => ((SpaceTakers)item).Space.GetHashCode(StringComparison.Ordinal);

        public bool IsKeyOf(object item) => ((SpaceTakers)item).Space == space;
    }
}
