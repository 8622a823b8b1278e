using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Delivery.Waiting;

namespace EventGateway.Api.Delivery;

/// <summary>A delivery that is not delivered.</summary>
internal sealed record DeliveryDocument
{
    /// <summary>The delivery's id. It stays the same from attempt to attempt. A dead delivery has the id of its dead letter.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The event's id.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>The subscription.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The function.</summary>
    public required string FunctionId { get; init; }

    /// <summary>When the event was accepted.</summary>
    public required DateTime AcceptedAt { get; init; }

    /// <summary>The state.</summary>
    public required string State { get; init; }

    /// <summary>When the next attempt is due. Null when none will follow.</summary>
    public DateTime? DueAt { get; init; }

    /// <summary>The number of attempts that failed.</summary>
    public required int Attempts { get; init; }

    /// <summary>The provider's status of the last attempt, an HTTP status for http functions. Null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the last attempt failed, with the beginning of the function's answer. Null when none failed, or attempts are not logged.</summary>
    public string? Error { get; init; }

    /// <summary>What holds the delivery now. Null when it is next, or the function is being called with it.</summary>
    public string? HeldBy { get; init; }

    internal static DeliveryDocument Of(HeldDelivery held) => new()
    {
        DeliveryId = held.Delivery.Id,
        EventId = held.Delivery.EventId,
        EventType = held.Delivery.EventType,
        SubscriptionId = held.Delivery.Subscription.SubscriptionId,
        FunctionId = held.Delivery.Subscription.FunctionId,
        AcceptedAt = held.Delivery.AcceptedAt.UtcDateTime,
        State = OutcomeNames.Of(held.State),
        DueAt = held.Delivery.DueAt.UtcDateTime,
        Attempts = held.Delivery.Attempts,
        Status = held.Delivery.Status,
        Error = held.Delivery.Error,
        HeldBy = held.HeldBy is { } hold ? OutcomeNames.Of(hold) : null,
    };

    internal static DeliveryDocument Of(DeadLetter deadLetter) => new()
    {
        DeliveryId = deadLetter.Id,
        EventId = deadLetter.EventId,
        EventType = deadLetter.EventType,
        SubscriptionId = deadLetter.Subscription.SubscriptionId,
        FunctionId = deadLetter.Subscription.FunctionId,
        AcceptedAt = deadLetter.AcceptedAt.UtcDateTime,
        State = OutcomeNames.Of(WaitingState.Dead),
        Attempts = deadLetter.Attempts,
        Status = deadLetter.Status,
        Error = deadLetter.Error,
    };
}
