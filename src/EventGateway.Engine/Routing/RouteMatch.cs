using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>What an event's method, path and type select.</summary>
/// <param name="Sync">The subscription that answers. Not set: none.</param>
/// <param name="Parameters">The parameters of the sync subscription's path, in its order; empty without one.</param>
/// <param name="Async">The subscriptions that the event is delivered to; an array that nobody changes.</param>
public readonly record struct RouteMatch(Route? Sync, IReadOnlyList<PathParameter> Parameters, Route[] Async)
{
    /// <summary>Whether nothing was selected.</summary>
    public bool IsEmpty => Sync is null && Async.Length == 0;
}
