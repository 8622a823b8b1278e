namespace EventGateway.Abstractions.Delivery;

/// <summary>What became of an event for one subscription.</summary>
public sealed record LoggedDelivery
{
    /// <summary>The subscription; it may be gone by now.</summary>
    public required SubscriptionKey Subscription { get; init; }

    /// <summary>Why it was stored. Default: the event was accepted.</summary>
    public DeliveryCause Cause { get; init; }

    /// <summary>When it was stored; its age counts from then.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>How far it is.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>When it is due next; earlier than now: it waits for its turn, or is being made. Not set: it does not wait.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The attempts, in order.</summary>
    public required IReadOnlyList<DeliveryAttempt> Attempts { get; init; }
}
