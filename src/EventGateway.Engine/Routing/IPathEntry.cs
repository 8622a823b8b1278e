namespace EventGateway.Engine.Routing;

/// <summary>An entry at a place of a path tree.</summary>
internal interface IPathEntry
{
    /// <summary>The path that it takes, as <see cref="PathPattern.Of"/> writes it.</summary>
    string Pattern { get; }

    /// <summary>The key of the entry, unique at its place.</summary>
    PathEntryKey Key { get; }
}

/// <summary>Identifies and orders the entries of one place.</summary>
/// <param name="Rank">Lower ranks come first.</param>
/// <param name="Space">The space of the resource that the entry stands for.</param>
/// <param name="Id">The resource's id.</param>
internal readonly record struct PathEntryKey(int Rank, string Space, string Id)
{
    /// <summary>Negative: this comes before the other one; 0: they are the same; positive: after it.</summary>
    public int OrderTo(PathEntryKey other)
    {
        var order = Rank.CompareTo(other.Rank);
        order = order != 0 ? order : string.CompareOrdinal(Space, other.Space);
        return order != 0 ? order : string.CompareOrdinal(Id, other.Id);
    }
}
