using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Delivery;

/// <summary>An event and its deliveries.</summary>
/// <param name="Event">The event. Its memory may be reused once it is accepted.</param>
/// <param name="Routes">The async subscriptions that it matched, one delivery each.</param>
public readonly record struct EventDeliveries(CloudEvent Event, Route[] Routes)
{
    /// <summary>Why it is delivered. Default: it was accepted.</summary>
    public DeliveryCause Cause { get; init; }
}
