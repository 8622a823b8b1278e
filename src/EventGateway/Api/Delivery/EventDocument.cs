using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Api.Delivery;

/// <summary>An event that was accepted for delivery.</summary>
public sealed record EventDocument
{
    /// <summary>The event's id.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>The event's source.</summary>
    public required string Source { get; init; }

    /// <summary>The event's time, as it came in. Not set: it has none.</summary>
    public string? Time { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTime AcceptedAt { get; init; }

    /// <summary>The event, a CloudEvent as JSON. Not set: this is an entry of a list.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>Whether the stored event is damaged: it is not shown then. Not set: it is not damaged.</summary>
    public bool? Damaged { get; init; }

    /// <summary>What became of it, one entry for each subscription that it matched, and for each time that it was delivered anew. Not set: this is an entry of a list.</summary>
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
