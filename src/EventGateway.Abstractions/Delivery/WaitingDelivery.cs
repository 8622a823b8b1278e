namespace EventGateway.Abstractions.Delivery;

/// <summary>A delivery that has not ended, for operators.</summary>
public sealed record WaitingDelivery
{
    /// <summary>Identifies it in the store. It stays the same from attempt to attempt.</summary>
    public required string Id { get; init; }

    /// <summary>The subscription. May have been deleted since.</summary>
    public required SubscriptionKey Subscription { get; init; }

    /// <summary>The event's id.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>When the event was accepted, by the wall clock.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>How many attempts have failed.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the next attempt is due, by the wall clock.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Whether the next attempt is due.</summary>
    public required bool IsDue { get; init; }

    /// <summary>Whether its function is being called with it.</summary>
    public required bool IsBeingCalled { get; init; }

    /// <summary>The provider's status of the last attempt, an HTTP status for <c>http</c>. Null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the last attempt failed, with the beginning of the function's answer. Null when there was none, or it is not known.</summary>
    public string? Error { get; init; }
}
