using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>A delivery that is its own link in the queue of its subscription.</summary>
internal sealed class MemoryDelivery(EncodedEvent encoded) : LeasedDelivery
{
    /// <summary>The memory that a delivery takes beside its event, in bytes, rounded up.</summary>
    public const int OwnSize = 256;

    private volatile bool _isDropped;

    /// <summary>The event, shared with the deliveries of the same event in the same format.</summary>
    public EncodedEvent Encoded => encoded;

    /// <summary>The delivery behind it. Not set: it is the last, or in no queue.</summary>
    public MemoryDelivery? Next { get; set; }

    /// <summary>The delivery that its subscription's queue took on before it and that has not ended. Not set: it is the oldest.</summary>
    public MemoryDelivery? Older { get; set; }

    /// <summary>The delivery that its subscription's queue took on after it and that has not ended. Not set: it is the newest.</summary>
    public MemoryDelivery? Newer { get; set; }

    /// <inheritdoc/>
    public override bool IsDropped => _isDropped;

    /// <summary>Notes that its subscription was deleted.</summary>
    public void Drop() => _isDropped = true;

    /// <summary>The same delivery, to be handed out again.</summary>
    /// <param name="attempted">Whether another attempt was made.</param>
    public MemoryDelivery Again(bool attempted) => new(encoded)
    {
        Subscription = Subscription,
        EventId = EventId,
        EventType = EventType,
        Payload = Payload,
        Format = Format,
        AcceptedAt = AcceptedAt,
        Attempts = Attempts + (attempted ? 1 : 0),
    };
}
