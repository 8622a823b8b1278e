using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>The CORS settings of all spaces: by method and path, and the default of each space. Immutable, like <see cref="RoutingTable"/>.</summary>
internal sealed class CorsTable
{
    private readonly object? _paths;
    private readonly object? _defaults;

    private CorsTable(object? paths, object? defaults) => (_paths, _defaults) = (paths, defaults);

    /// <summary>The table without settings.</summary>
    public static CorsTable Empty { get; } = new(null, null);

    /// <summary>Whether a space has a default.</summary>
    public bool HasDefaults => _defaults is not null;

    /// <summary>Returns whether requests of a method can have settings.</summary>
    public bool MayHave(string method) => HasDefaults || MethodPaths.TreeOf(_paths, method) is not null;

    /// <summary>The table with the settings of a method and path, in place of those of the same key.</summary>
    public CorsTable With(string method, CorsEntry entry) =>
        PathPattern.IsWellFormed(entry.Pattern)
            ? new(MethodPaths.With(_paths, method, PathTree.Add(MethodPaths.TreeOf(_paths, method), entry)), _defaults)
            : this;

    /// <summary>The table without the settings of a method and path; this one if it has none.</summary>
    public CorsTable Without(string method, string pattern, PathEntryKey entry) =>
        PathPattern.IsWellFormed(pattern)
            ? Changed(MethodPaths.With(_paths, method, PathTree.Remove(MethodPaths.TreeOf(_paths, method), pattern, entry)), _defaults)
            : this;

    /// <summary>The table with the default of a space.</summary>
    public CorsTable WithDefault(CorsConfiguration configuration) =>
        new(_paths, HashTrie.Set(_defaults, new SpaceKey(configuration.Space), configuration));

    /// <summary>The table without the default of a space; this one if it has none.</summary>
    public CorsTable WithoutDefault(string space) => Changed(_paths, HashTrie.Remove(_defaults, new SpaceKey(space)));

    /// <summary>Finds the first settings of a path, whatever their space. Null when the path has none.</summary>
    public CorsSettings? First(string method, ReadOnlySpan<char> path) =>
        PathTree.Match(MethodPaths.TreeOf(_paths, method), path) is { } place ? ((CorsEntry)EntryPlace.First(place)).Settings : null;

    /// <summary>Finds the settings of a path in one space: its own, or else the default of the space. Null when there are none.</summary>
    public CorsSettings? Find(string method, ReadOnlySpan<char> path, string space) =>
        ((CorsEntry?)PathTree.Match(MethodPaths.TreeOf(_paths, method), path, space))?.Settings ?? FindDefault(space);

    /// <summary>Finds the default of a space. Null when it has none.</summary>
    public CorsSettings? FindDefault(string space) => (CorsConfiguration?)HashTrie.Find(_defaults, new SpaceKey(space));

    private CorsTable Changed(object? paths, object? defaults) =>
        ReferenceEquals(paths, _paths) && ReferenceEquals(defaults, _defaults) ? this : new(paths, defaults);

    private readonly struct SpaceKey(string space) : ITrieKey<SpaceKey>
    {
        public int Hash => space.GetHashCode(StringComparison.Ordinal);

        public int HashOf(object item) => ((CorsConfiguration)item).Space.GetHashCode(StringComparison.Ordinal);

        public bool IsKeyOf(object item) => ((CorsConfiguration)item).Space == space;
    }
}
