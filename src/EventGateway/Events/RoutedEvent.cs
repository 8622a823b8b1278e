using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Routing;

namespace EventGateway.Events;

/// <summary>Who gets an event, after authorizers have been asked.</summary>
/// <param name="Sync">The subscription that answers, with the event as it gets it. Not set: none, or refused.</param>
/// <param name="Deliveries">The async subscriptions, with the event as they get it.</param>
/// <param name="Refusal">What the sender gets when the event is refused. Null: it is not refused.</param>
internal readonly record struct RoutedEvent((Route Route, CloudEvent Event)? Sync, IReadOnlyList<EventDeliveries> Deliveries, SyncAnswer? Refusal)
{
    /// <summary>An event that nobody needs to authorize.</summary>
    public static RoutedEvent Of(RouteMatch match, CloudEvent cloudEvent) => new(
        match.Sync is { } sync ? (sync, cloudEvent) : null,
        match.Async.Length > 0 ? [new EventDeliveries(cloudEvent, match.Async)] : [],
        Refusal: null);
}
