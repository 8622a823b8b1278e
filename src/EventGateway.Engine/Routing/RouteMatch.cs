using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>The subscriptions that an event's method, path and type select.</summary>
/// <param name="Sync">The subscription that answers, or null.</param>
/// <param name="Parameters">The parameters of the sync subscription's path, in its order; empty without one.</param>
/// <param name="Async">The subscriptions that the event is delivered to; the array must not be changed.</param>
public readonly record struct RouteMatch(Route? Sync, IReadOnlyList<PathParameter> Parameters, Route[] Async)
{
    /// <summary>The disabled async subscriptions that would get the event; the array must not be changed.</summary>
    public Route[] Disabled { get => field ?? []; init; }

    /// <summary>Whether no enabled subscription was selected.</summary>
    public bool IsEmpty => Sync is null && Async.Length == 0;

    /// <summary>Whether the subscription that answers gets the request itself, in place of an event.</summary>
    public bool IsForwarded => Sync is { Subscription.IsForwarded: true };

    /// <summary>Whether that is so, and no async subscription needs the event, not even a disabled one.</summary>
    public bool IsOnlyForwarded => IsForwarded && Async.Length == 0 && Disabled.Length == 0;
}
