using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Delivery;

/// <summary>An event and its deliveries.</summary>
/// <param name="Event">The event. Its memory may be reused once it is accepted.</param>
/// <param name="Routes">The enabled async subscriptions that it matched, one delivery each.</param>
public readonly record struct EventDeliveries(CloudEvent Event, Route[] Routes)
{
    /// <summary>
    /// The disabled async subscriptions that it matched. A store that keeps a log of events notes that they did not get it; others
    /// ignore them. Null means none.
    /// </summary>
    public Route[]? Skipped { get; init; }

    /// <summary>Why it is delivered. Default: it was accepted.</summary>
    public DeliveryCause Cause { get; init; }

    /// <summary>
    /// The keys by which the store finds that it has accepted the event before. If there are any, there is a route, and all routes and
    /// skipped subscriptions are of one space. Null means that it is accepted in any case.
    /// </summary>
    public EventKeys? Keys { get; init; }
}
