using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>A route with its path as the routing table compares it, found once when configuration changes.</summary>
internal sealed class RouteEntry(Route route) : Route(route.Subscription, route.Function), IPathEntry
{
    /// <inheritdoc/>
    public string Pattern { get; } = PatternOf(route.Subscription);

    PathEntryKey IPathEntry.Key => KeyOf(Subscription);

    /// <summary>Returns the key of a subscription's route.</summary>
    public static PathEntryKey KeyOf(Subscription subscription) => new(0, subscription.Space, subscription.SubscriptionId);

    /// <summary>Returns a subscription's path as the routing table compares it.</summary>
    public static string PatternOf(Subscription subscription) =>
        PathPattern.Of(subscription.Path, literal: subscription.Type is SubscriptionType.Async);

    /// <summary>Returns whether a subscription takes the requests of a path.</summary>
    /// <param name="path">The path as it was sent.</param>
    public static bool Takes(Subscription subscription, string path) =>
        PathPattern.Matches(PatternOf(subscription), PathText.Normalize(path));
}
