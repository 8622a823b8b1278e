namespace EventGateway.Abstractions.Delivery;

/// <summary>Why a delivery was stored. All but the first go with a copy of an event that the gateway has taken on before.</summary>
public enum DeliveryCause
{
    /// <summary>The event was accepted, and matched the subscription.</summary>
    Accepted,

    /// <summary>Somebody asked for a dead letter to be delivered again.</summary>
    Redelivered,

    /// <summary>The event could not be delivered, and goes to the function for dead letters.</summary>
    HandedOn,

    /// <summary>A replay brings the event.</summary>
    Replayed,
}
