using System.Text.Json;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Api.Delivery;

/// <summary>A delivery that failed for good, kept until it is delivered again or deleted.</summary>
internal sealed record DeadLetterDocument
{
    /// <summary>The dead letter's id.</summary>
    public required string DeadLetterId { get; init; }

    /// <summary>The space.</summary>
    public required string Space { get; init; }

    /// <summary>The subscription of the delivery. It may have been deleted since.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The function that was called.</summary>
    public required string FunctionId { get; init; }

    /// <summary>The event's id.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>When the event was accepted.</summary>
    public required DateTime AcceptedAt { get; init; }

    /// <summary>When the delivery became a dead letter.</summary>
    public required DateTime DiedAt { get; init; }

    /// <summary>The number of attempts.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why the delivery failed for good.</summary>
    public required string Reason { get; init; }

    /// <summary>The provider's status of the last attempt, an HTTP status for http functions. Null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the last attempt failed, with the beginning of the function's answer. Null when there was no attempt.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the stored event is damaged. A damaged event is not shown and cannot be delivered again. Null when it is not damaged.</summary>
    public bool? Damaged { get; init; }

    /// <summary>The event, a CloudEvent as JSON. Null in lists.</summary>
    public JsonElement? Event { get; init; }

    internal static DeadLetterDocument Of(DeadLetter deadLetter) => new()
    {
        DeadLetterId = deadLetter.Id,
        Space = deadLetter.Subscription.Space,
        SubscriptionId = deadLetter.Subscription.SubscriptionId,
        FunctionId = deadLetter.Subscription.FunctionId,
        EventId = deadLetter.EventId,
        EventType = deadLetter.EventType,
        AcceptedAt = deadLetter.AcceptedAt.UtcDateTime,
        DiedAt = deadLetter.DiedAt.UtcDateTime,
        Attempts = deadLetter.Attempts,
        Reason = deadLetter.Reason,
        Status = deadLetter.Status,
        Error = deadLetter.Error,
        Damaged = deadLetter.IsDamaged ? true : null,
    };
}
