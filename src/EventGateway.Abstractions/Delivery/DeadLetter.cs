namespace EventGateway.Abstractions.Delivery;

/// <summary>A delivery that failed for good, kept until it is delivered again or deleted.</summary>
public sealed record DeadLetter
{
    /// <summary>Identifies it in the store.</summary>
    public required string Id { get; init; }

    /// <summary>The subscription that it was for. May have been deleted since.</summary>
    public required SubscriptionKey Subscription { get; init; }

    /// <summary>The event's id.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>When the event was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When the delivery failed for good.</summary>
    public required DateTimeOffset DiedAt { get; init; }

    /// <summary>How many attempts were made.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why it failed for good.</summary>
    public required string Reason { get; init; }

    /// <summary>The provider's status of the last attempt, an HTTP status for <c>http</c>. Null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the last attempt failed, with the beginning of the function's answer. Null when none was made.</summary>
    public string? Error { get; init; }

    /// <summary>The event, structured JSON of its own spec version.</summary>
    public required ReadOnlyMemory<byte> Event { get; init; }

    /// <summary>Whether the stored event differs from its checksum. A damaged event is not delivered again. Default: false.</summary>
    public bool IsDamaged { get; init; }
}
