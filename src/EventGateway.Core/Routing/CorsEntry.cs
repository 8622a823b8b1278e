using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

/// <summary>CORS settings at a place of a path tree.</summary>
internal sealed record CorsEntry(string Pattern, PathEntryKey Key, CorsSettings Settings) : IPathEntry
{
    /// <summary>A subscription's own settings come before those of a configuration.</summary>
    public static PathEntryKey KeyOf(Subscription subscription) => new(0, subscription.Space, subscription.SubscriptionId);

    /// <summary>What tells a configuration's entry from others.</summary>
    public static PathEntryKey KeyOf(CorsConfiguration configuration) => new(1, configuration.Space, configuration.CorsId);
}

/// <summary>The CORS settings of one method.</summary>
internal sealed record CorsPaths(string Method, object Tree);

/// <summary>Finds the <see cref="CorsPaths"/> of a method.</summary>
internal readonly struct CorsKey(string method) : ITrieKey<CorsKey>
{
    public int Hash => method.GetHashCode(StringComparison.Ordinal);

    public int HashOf(object item) => ((CorsPaths)item).Method.GetHashCode(StringComparison.Ordinal);

    public bool IsKeyOf(object item) => ((CorsPaths)item).Method == method;
}
