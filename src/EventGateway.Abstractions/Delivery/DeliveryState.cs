namespace EventGateway.Abstractions.Delivery;

/// <summary>The state of a delivery.</summary>
public enum DeliveryState
{
    /// <summary>It waits for its first or next attempt, or is being made.</summary>
    Waiting,

    /// <summary>The function accepted the event.</summary>
    Delivered,

    /// <summary>It failed for good and became a dead letter.</summary>
    DeadLettered,

    /// <summary>It was dropped without a dead letter.</summary>
    Dropped,

    /// <summary>It is held, because its subscription is not in the configuration. It continues when the subscription is back.</summary>
    Orphaned,

    /// <summary>The subscription was disabled when the event was accepted, so it did not get the event. Replays can deliver it.</summary>
    Skipped,
}
