using EventGateway.Abstractions.Delivery;

namespace EventGateway.Api.Delivery;

/// <summary>The delivery of an event to one subscription.</summary>
internal sealed record DeliveryRecordDocument
{
    /// <summary>The subscription. It may have been deleted since.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The function.</summary>
    public required string FunctionId { get; init; }

    /// <summary>Why the delivery was stored.</summary>
    public required string Cause { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTime AcceptedAt { get; init; }

    /// <summary>How far the delivery is.</summary>
    public required string State { get; init; }

    /// <summary>Why it was skipped, in words. Null when it was not.</summary>
    public string? Reason { get; init; }

    /// <summary>When the next attempt is due. In the past while the delivery waits for its turn or is under way. Null when no attempt will follow.</summary>
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
        Reason = delivery.Reason,
        DueAt = delivery.DueAt?.UtcDateTime,
        Attempts = [.. delivery.Attempts.Select(AttemptDocument.Of)],
    };
}
