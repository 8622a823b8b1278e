using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Delivery;

/// <summary>An event and who it is to be delivered to.</summary>
/// <param name="Event">The event; encoded before the acceptance returns, so its memory may be reused after that.</param>
/// <param name="Routes">The async subscriptions that it matched, one delivery each.</param>
public readonly record struct EventDeliveries(CloudEvent Event, Route[] Routes)
{
    /// <summary>Why it is delivered. Default: it was accepted.</summary>
    public DeliveryCause Cause { get; init; }
}
