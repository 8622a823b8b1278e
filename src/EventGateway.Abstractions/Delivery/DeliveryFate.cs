namespace EventGateway.Abstractions.Delivery;

/// <summary>What becomes of a delivery after an attempt.</summary>
public enum DeliveryFate
{
    /// <summary>The function accepted the event.</summary>
    Delivered,

    /// <summary>It is tried again later.</summary>
    Retried,

    /// <summary>It failed for good, and is kept as a dead letter.</summary>
    DeadLettered,

    /// <summary>It is removed, because its subscription was deleted or its guarantee allows one attempt.</summary>
    Dropped,

    /// <summary>No attempt was made, because its subscription is not in the configuration. It continues to wait.</summary>
    Held,

    /// <summary>None was made: the subscription was disabled when the event was accepted. Only in records of a store, never a verdict.</summary>
    Skipped,
}
