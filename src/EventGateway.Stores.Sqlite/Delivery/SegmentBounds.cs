using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Decides when a segment ends, and when its file is deleted.</summary>
internal sealed class SegmentBounds(SqliteDeliveryOptions options, DeliveryStoreSettings settings)
{
    private const int SegmentsPerRetention = 24;
    private const int SegmentsPerRetentionBytes = 16;

    // The log is this many times larger than the file may be, because readers prevented checkpoints from restarting it.
    private const int LogFactor = 4;

    private readonly long _retention = options.Retention.Ticks / TimeSpan.TicksPerMicrosecond;
    private readonly long _segmentBytes = options.RetentionBytes > 0
        ? Math.Min(settings.SegmentBytes, options.RetentionBytes / SegmentsPerRetentionBytes)
        : settings.SegmentBytes;

    /// <summary>Whether events and attempts are kept after the last delivery.</summary>
    public bool KeepsLog => options.KeepsLog;

    /// <summary>Whether the next segment should begin.</summary>
    /// <param name="now">The store's time.</param>
    public bool IsFull(Segment segment, long now) =>
        segment.Size >= _segmentBytes
        || segment.LogPages * FileCheck.PageBytes >= _segmentBytes * LogFactor
        || (KeepsLog && segment.HasEvents && now - segment.FirstSince >= _retention / SegmentsPerRetention);

    /// <summary>Finds a segment whose file can be deleted: nothing waits in it, and the log no longer needs it.</summary>
    /// <param name="segments">All segments, oldest first; the last one stays.</param>
    /// <param name="now">The store's time.</param>
    public Segment? FindExpired(IReadOnlyList<Segment> segments, long now)
    {
        // Files with waiting deliveries have a bound of their own, so a long backlog does not shorten the log.
        var bytes = 0L;
        Segment? oldest = null;
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            var segment = segments[i];
            if (i == segments.Count - 1)
            {
                bytes += segment.Size;
            }
            else if (segment.IsCounted && segment.Waiting == 0 && !segment.Damage.IsSet)
            {
                bytes += segment.Size;
                oldest = segment;
            }
        }

        return oldest is not null && (!KeepsLog || bytes > options.RetentionBytes || now - oldest.LastSince > _retention) ? oldest : null;
    }
}
