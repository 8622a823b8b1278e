using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Api.Delivery;

/// <summary>An event that was accepted for delivery.</summary>
internal sealed record EventDocument
{
    /// <summary>The event's id.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>The event's source.</summary>
    public required string Source { get; init; }

    /// <summary>The event's time, as the sender wrote it. Null when the event has none.</summary>
    public string? Time { get; init; }

    /// <summary>When the event was accepted.</summary>
    public required DateTime AcceptedAt { get; init; }

    /// <summary>The event, a CloudEvent as JSON. Null in lists.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>Whether the stored event is damaged. A damaged event is not shown. Null when it is not damaged.</summary>
    public bool? Damaged { get; init; }

    /// <summary>The deliveries: one for each subscription that matched, and one for each replay and redelivery. Null in lists.</summary>
    public IReadOnlyList<DeliveryRecordDocument>? Deliveries { get; init; }

    internal static EventDocument Of(EventSummary @event) => new()
    {
        EventId = @event.Id,
        EventType = @event.Type,
        Source = UrlCredentials.MaskUrl(@event.Source),
        Time = @event.Time,
        AcceptedAt = @event.AcceptedAt.UtcDateTime,
    };

    internal static EventDocument Of(LoggedEvent @event) => Of((EventSummary)@event) with
    {
        Event = @event.IsDamaged ? null : DeliveryApiJson.ReadEvent(@event.Event),
        Damaged = @event.IsDamaged ? true : null,
        Deliveries = [.. @event.Deliveries.Select(DeliveryRecordDocument.Of)],
    };
}
