using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Routing;

namespace EventGateway.Events;

/// <summary>An event and the subscriptions that get it, after authorizers have answered.</summary>
/// <param name="Sync">The sync subscription, with the event as it gets it. Null when there is none or its space refused the event.</param>
/// <param name="Deliveries">The async subscriptions, with the event as they get it.</param>
/// <param name="Refusal">The answer to the sender when the event is refused. Null when it is not.</param>
internal readonly record struct RoutedEvent((Route Route, CloudEvent Event)? Sync, IReadOnlyList<EventDeliveries> Deliveries, SyncResponse? Refusal)
{
    /// <summary>Returns an event that needs no authorization.</summary>
    public static RoutedEvent Of(RouteMatch match, CloudEvent cloudEvent) => new(
        match.Sync is { } sync ? (sync, cloudEvent) : null,
        match.Async.Length > 0 || match.Disabled.Length > 0 ? [DeliveriesOf(cloudEvent, match.Async, match.Disabled)] : [],
        Refusal: null);

    /// <summary>Returns an event with its deliveries.</summary>
    /// <param name="routes">The enabled subscriptions.</param>
    /// <param name="skipped">The disabled ones.</param>
    public static EventDeliveries DeliveriesOf(CloudEvent cloudEvent, Route[] routes, Route[] skipped) =>
        new(cloudEvent, routes) { Skipped = skipped.Length == 0 ? null : skipped };
}
