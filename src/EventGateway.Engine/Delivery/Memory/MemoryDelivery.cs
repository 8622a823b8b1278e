using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>A delivery in memory, and its links in the queue of its subscription.</summary>
internal sealed class MemoryDelivery(EncodedEvent encoded) : LeasedDelivery
{
    /// <summary>The memory that a delivery takes besides its event, in bytes, rounded up.</summary>
    public const int OwnSize = 256;

    private volatile bool _isDropped;

    /// <summary>The event, shared with the deliveries of the same event in the same format.</summary>
    public EncodedEvent Encoded => encoded;

    /// <summary>The next delivery of the queue. Null when this is the last, or in no queue.</summary>
    public MemoryDelivery? Next { get; set; }

    /// <summary>The delivery that the queue accepted before this one and that has not ended. Null when this is the oldest.</summary>
    public MemoryDelivery? Older { get; set; }

    /// <summary>The delivery that the queue accepted after this one and that has not ended. Null when this is the newest.</summary>
    public MemoryDelivery? Newer { get; set; }

    /// <inheritdoc/>
    public override bool IsDropped => _isDropped;

    /// <summary>Notes that its subscription was deleted.</summary>
    public void Drop() => _isDropped = true;

    /// <summary>Copies the delivery, to be leased again.</summary>
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
