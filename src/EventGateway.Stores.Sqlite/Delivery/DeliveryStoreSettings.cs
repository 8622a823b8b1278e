using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Settings that only tests change.</summary>
internal sealed record DeliveryStoreSettings
{
    /// <summary>How many appends may wait for the writer, and how many other operations.</summary>
    public int QueueLength { get; init; } = 8192;

    /// <summary>Bytes of memory that waiting appends may hold, and as many for other operations.</summary>
    public long QueueBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many appends share a transaction at most, and how many ends of deliveries.</summary>
    public int GroupLength { get; init; } = 512;

    /// <summary>From how many bytes on a transaction takes no further append, or no further end of a delivery.</summary>
    public long GroupBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long completions wait for an append to share its transaction.</summary>
    public TimeSpan CompletionDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long the writer waits after a transaction failed, when nothing new comes.</summary>
    public TimeSpan FailureDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many deliveries of a subscription are kept in memory for the next leases.</summary>
    public int ReadyLength { get; init; } = 256;

    /// <summary>How much memory the deliveries that are kept for the next leases may hold, in bytes, over all subscriptions.</summary>
    public long ReadyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of a segment's file at most. Default: 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many files are open for reading at most, and how many that take no more events for writing. Default: 8.</summary>
    public int OpenFiles { get; init; } = 8;

    /// <summary>Up to how many bytes every page of a file is checked before it is opened. Larger ones are checked in the background.</summary>
    public long CheckBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Pages written to a file before they are copied from the log into the database. Commits wait for the disk meanwhile. With
    /// more pages, 1 % of the senders notice it (2,048: p99 of 12 ms; 512: 9 ms). With fewer, pages are copied that soon change
    /// again.
    /// </summary>
    public int CheckpointPages { get; init; } = 512;

    /// <summary>How many rows are read for a page of waiting deliveries at most. Default: 20,000, some 20 ms of work.</summary>
    public int WaitingRows { get; init; } = 20_000;

    /// <summary>Called before each commit. An exception fails the commit.</summary>
    public Action? Committing { get; init; }

    /// <summary>Called after each commit, before its result is used. An exception makes the commit look failed.</summary>
    public Action? Committed { get; init; }

    /// <summary>Receives each connection that is opened for writing.</summary>
    public Action<SqliteConnection>? WriterOpened { get; init; }
}
