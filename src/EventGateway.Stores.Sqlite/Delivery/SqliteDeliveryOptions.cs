namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>How long and how much the delivery store keeps.</summary>
public sealed record SqliteDeliveryOptions
{
    /// <summary>How long accepted events are kept for the event log. Zero: they are not, once they are delivered. Default: 24 hours.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How many bytes of events and attempts are kept for the event log; the oldest are deleted first. Files with waiting deliveries
    /// are not counted. 0 means that events are not kept after their deliveries. Default: 1 GiB.
    /// </summary>
    public long RetentionBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>How many bytes the files may have in which deliveries wait; beyond, appends are refused. Default: 10 GiB.</summary>
    public long BacklogBytes { get; init; } = 10 * 1024L * 1024 * 1024;

    /// <summary>Bytes of memory for operations that wait to be written, and as many for deliveries that are read ahead. Default: 64 MiB.</summary>
    public long MemoryBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>The number of keys by which duplicates are found. Default: 1,000,000.</summary>
    public int DedupKeys { get; init; } = 1_000_000;

    /// <summary>Whether to forget files that should be there and are missing. Default: false, which reports them at each start.</summary>
    public bool AcceptMissingFiles { get; init; }

    /// <summary>Whether events and attempts are kept after the last delivery.</summary>
    internal bool KeepsLog => Retention > TimeSpan.Zero && RetentionBytes > 0;
}
