using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

/// <summary>A subscription with what is needed to call its function, found once when configuration changes.</summary>
public sealed record Route : IPathEntry
{
    /// <summary>Makes the route of a subscription.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="function">The function that it names.</param>
    public Route(Subscription subscription, Function function)
    {
        Subscription = subscription;
        Function = function;
        Pattern = PatternOf(subscription);
    }

    /// <summary>The subscription. Fixed, since the route's place in a table follows from it.</summary>
    public Subscription Subscription { get; }

    /// <summary>The function that it names.</summary>
    public Function Function { get; init; }

    /// <summary>The subscription's path in the form that <see cref="PathPattern"/> compares.</summary>
    internal string Pattern { get; }

    string IPathEntry.Pattern => Pattern;

    PathEntryKey IPathEntry.Key => Key(Subscription);

    /// <summary>What tells a subscription's route from others of the same place.</summary>
    internal static PathEntryKey Key(Subscription subscription) => new(0, subscription.Space, subscription.SubscriptionId);

    /// <summary>A subscription's path as it is compared.</summary>
    internal static string PatternOf(Subscription subscription) =>
        PathPattern.Of(subscription.Path, literal: subscription.Type is SubscriptionType.Async);
}
