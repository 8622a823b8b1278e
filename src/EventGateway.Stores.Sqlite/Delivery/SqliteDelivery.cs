using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A delivery and where its row is.</summary>
internal sealed class SqliteDelivery : LeasedDelivery
{
    /// <summary>The memory that a delivery takes beside its body, in bytes, rounded up.</summary>
    public const int OwnSize = 256;

    /// <summary>The segment whose file has it.</summary>
    public Segment Segment { get; set; } = null!;

    /// <summary>The number of the subscription in that file.</summary>
    public long Number { get; set; }

    /// <inheritdoc/>
    public override bool IsDropped => Segment.IsDropped(Number);

    /// <summary>The number of the event in that file.</summary>
    public long Event { get; set; }

    /// <summary>The place among those of its subscription.</summary>
    public QueuePosition Position { get; set; }

    /// <summary>The place in <see cref="LeasedDeliveries"/>. -1 when it is not leased.</summary>
    public int LeasedPlace { get; set; } = -1;

    /// <summary>The stored <see cref="EventChecksum"/> of the event. 0 when it has none.</summary>
    public long Checksum { get; init; }

    /// <summary>The memory that it holds, in bytes.</summary>
    public int Size => Payload.Body.Length + OwnSize;
}
