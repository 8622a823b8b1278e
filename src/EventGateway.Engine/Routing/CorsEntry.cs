using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>CORS settings at a place of a path tree.</summary>
internal sealed record CorsEntry(string Pattern, PathEntryKey Key, CorsSettings Settings) : IPathEntry
{
    /// <summary>A subscription's own settings come before those of a configuration.</summary>
    public static PathEntryKey KeyOf(Subscription subscription) => new(0, subscription.Space, subscription.SubscriptionId);

    /// <summary>Returns the key of a configuration's entry.</summary>
    public static PathEntryKey KeyOf(CorsConfiguration configuration) => new(1, configuration.Space, configuration.CorsId);
}
