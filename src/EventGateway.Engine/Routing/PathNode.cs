namespace EventGateway.Engine.Routing;

/// <summary>
/// A place of a path tree at which paths part. A subtree of a single entry has no nodes: the entry itself stands for it.
/// </summary>
internal sealed record PathNode(string Segment)
{
    /// <summary>The subtrees by static segment, a <see cref="HashTrie"/>.</summary>
    public object? Statics { get; init; }

    /// <summary>The subtree of paths that have a parameter here, whatever its name.</summary>
    public object? Parameter { get; init; }

    /// <summary>The entries whose path ends here, an <see cref="EntryPlace"/>.</summary>
    public object? Entries { get; init; }

    /// <summary>The entries whose path ends in a wildcard here, an <see cref="EntryPlace"/>.</summary>
    public object? Wildcards { get; init; }
}

/// <summary>Finds the subtree of a static segment.</summary>
/// <param name="depth">How many segments come before it.</param>
internal readonly ref struct SegmentKey(ReadOnlySpan<char> segment, int depth) : ITrieKey<SegmentKey>
{
    private readonly ReadOnlySpan<char> _segment = segment;

    public int Hash => string.GetHashCode(_segment, StringComparison.Ordinal);

    public int HashOf(object item) => string.GetHashCode(SegmentOf(item), StringComparison.Ordinal);

    public bool IsKeyOf(object item) => SegmentOf(item).SequenceEqual(_segment);

    private ReadOnlySpan<char> SegmentOf(object item) =>
        item is PathNode node ? node.Segment : PathPattern.SegmentAt(((IPathEntry)item).Pattern, depth);
}
