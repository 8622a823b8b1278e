namespace EventGateway.Abstractions.Delivery;

/// <summary>What becomes of a delivery after an attempt.</summary>
public enum DeliveryFate
{
    /// <summary>The function took the event.</summary>
    Delivered,

    /// <summary>It is tried again later.</summary>
    Retried,

    /// <summary>It failed for good, and is kept as a dead letter.</summary>
    DeadLettered,

    /// <summary>It is forgotten: its subscription was deleted, or it was to be tried once only.</summary>
    Dropped,

    /// <summary>No attempt was made, because its subscription is not in the configuration. It waits on.</summary>
    Held,
}
