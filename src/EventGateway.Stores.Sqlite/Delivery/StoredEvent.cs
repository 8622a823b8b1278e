using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>An event to be stored, once for each space that has deliveries of it.</summary>
internal sealed class StoredEvent
{
    private const int AttributeBytes = 512;

    public required string Space { get; init; }

    public required string Id { get; init; }

    public required string Type { get; init; }

    public required string Source { get; init; }

    public string? Time { get; init; }

    public required CloudEventFormat Format { get; init; }

    public required EventPayload Payload { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>How far the wall clock, and so <see cref="AcceptedAt"/>, was ahead of the steady one.</summary>
    public TimeSpan ClockAhead { get; init; }

    public DeliveryCause Cause { get; init; }

    /// <summary>The <see cref="EventChecksum"/> of the event.</summary>
    public required long Checksum { get; init; }

    /// <summary>The index of the event in its append.</summary>
    public int Index { get; init; }

    /// <summary>The keys by which its repetitions are found. Null means none.</summary>
    public EventKeys? Keys { get; init; }

    /// <summary>When the window of its keys ends, in the store's time.</summary>
    public long KeysUntil { get; set; }

    /// <summary>Its deliveries in the space.</summary>
    public List<SqliteDelivery> Deliveries { get; } = [];

    /// <summary>The disabled subscriptions in the space that do not get it.</summary>
    public List<SkippedDelivery> Skipped { get; } = [];

    /// <summary>Encodes an event for the store, once for each space.</summary>
    /// <param name="index">The index of the event in its append.</param>
    /// <param name="keepsLog">Whether skipped subscriptions are noted.</param>
    public static void Add(in EventDeliveries deliveries, int index, DateTimeOffset acceptedAt, TimeSpan clockAhead, bool keepsLog, List<StoredEvent> to)
    {
        var skipped = keepsLog ? deliveries.Skipped ?? [] : [];
        if (deliveries.Routes.Length + skipped.Length == 0)
        {
            return;
        }

        var @event = deliveries.Event;
        var format = @event.SpecVersion is SpecVersion.V01 ? CloudEventFormat.V01Structured : CloudEventFormat.V1Structured;
        var payload = Encode(@event);
        var checksum = EventChecksum.Of(@event.Id, @event.Type, format, payload.Body.Span);
        var first = to.Count;
        foreach (var route in deliveries.Routes)
        {
            In(deliveries, route).Add(SubscriptionKey.Of(route.Subscription));
        }

        foreach (var route in skipped)
        {
            In(deliveries, route).Skipped.Add(SkippedDelivery.Of(route.Subscription));
        }

        StoredEvent In(in EventDeliveries deliveries, Route route)
        {
            for (var i = first; i < to.Count; i++)
            {
                if (to[i].Space == route.Subscription.Space)
                {
                    return to[i];
                }
            }

            var stored = new StoredEvent
            {
                Space = route.Subscription.Space,
                Id = @event.Id,
                Type = @event.Type,
                Source = @event.Source,
                Time = @event.Time,
                Format = format,
                Payload = payload,
                AcceptedAt = acceptedAt,
                ClockAhead = clockAhead,
                Cause = deliveries.Cause,
                Index = index,
                Keys = deliveries.Keys,
                Checksum = checksum,
            };
            to.Add(stored);
            return stored;
        }
    }

    /// <summary>Adds a delivery.</summary>
    public void Add(SubscriptionKey subscription) => Deliveries.Add(new SqliteDelivery
    {
        Subscription = subscription,
        EventId = Id,
        EventType = Type,
        Payload = Payload,
        Format = Format,
        AcceptedAt = AcceptedAt,
        ClockAhead = ClockAhead,
        Checksum = Checksum,
    });

    // A copy, because it may be kept for long, and a transport may still read the original after a cancelled call.
    private static EventPayload Encode(CloudEvent @event)
    {
        using var buffer = new PooledBuffer(@event.Data.Bytes.Length + AttributeBytes);
        var payload = CloudEventWriter.WriteStored(@event, buffer);
        return payload with { Body = payload.Body.ToArray() };
    }
}
