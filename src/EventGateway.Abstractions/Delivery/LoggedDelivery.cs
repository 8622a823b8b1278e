namespace EventGateway.Abstractions.Delivery;

/// <summary>The delivery of a logged event to one subscription.</summary>
public sealed record LoggedDelivery
{
    /// <summary>The subscription. May have been deleted since.</summary>
    public required SubscriptionKey Subscription { get; init; }

    /// <summary>Why it was stored. Default: the event was accepted.</summary>
    public DeliveryCause Cause { get; init; }

    /// <summary>When it was stored. Its age is counted from then.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The state.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Why it was skipped, in words. Null when it was not.</summary>
    public string? Reason { get; init; }

    /// <summary>When it is due next. A past time means that it waits for its turn or is being made. Null when it does not wait.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The attempts, in order.</summary>
    public required IReadOnlyList<DeliveryAttempt> Attempts { get; init; }
}
