namespace EventGateway.Abstractions.Delivery;

/// <summary>Why a delivery was stored. All but the first belong to a copy of an event that the gateway has accepted before.</summary>
public enum DeliveryCause
{
    /// <summary>The event was accepted, and matched the subscription.</summary>
    Accepted,

    /// <summary>A client asked to deliver a dead letter or an event again.</summary>
    Redelivered,

    /// <summary>The event failed for good, and is delivered to the function for dead letters.</summary>
    HandedOn,

    /// <summary>A replay delivers the event once more.</summary>
    Replayed,
}
