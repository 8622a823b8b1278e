namespace EventGateway.Abstractions.Delivery;

/// <summary>How far a delivery is.</summary>
public enum DeliveryState
{
    /// <summary>It waits for its first or next attempt, or is being made.</summary>
    Waiting,

    /// <summary>The function took the event.</summary>
    Delivered,

    /// <summary>It failed for good and became a dead letter.</summary>
    DeadLettered,

    /// <summary>It was given up without a dead letter.</summary>
    Dropped,

    /// <summary>It is held, because its subscription is not in the configuration. It goes on when the subscription is back.</summary>
    Orphaned,
}
