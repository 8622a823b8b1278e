using EventGateway.Abstractions.Delivery;

namespace EventGateway.Api.Delivery;

/// <summary>What became of an event for one subscription.</summary>
public sealed record DeliveryRecordDocument
{
    /// <summary>The subscription; it may be gone by now.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The function.</summary>
    public required string FunctionId { get; init; }

    /// <summary>Why it was stored.</summary>
    public required string Cause { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTime AcceptedAt { get; init; }

    /// <summary>How far the delivery is.</summary>
    public required string State { get; init; }

    /// <summary>When it is due next; earlier than now: it waits for its turn, or is being made. Not set: it does not wait.</summary>
    public DateTime? DueAt { get; init; }

    /// <summary>The attempts, in order.</summary>
    public required IReadOnlyList<AttemptDocument> Attempts { get; init; }

    internal static DeliveryRecordDocument Of(LoggedDelivery delivery) => new()
    {
        SubscriptionId = delivery.Subscription.SubscriptionId,
        FunctionId = delivery.Subscription.FunctionId,
        Cause = OutcomeNames.Of(delivery.Cause),
        AcceptedAt = delivery.AcceptedAt.UtcDateTime,
        State = OutcomeNames.Of(delivery.State),
        DueAt = delivery.DueAt?.UtcDateTime,
        Attempts = [.. delivery.Attempts.Select(AttemptDocument.Of)],
    };
}
