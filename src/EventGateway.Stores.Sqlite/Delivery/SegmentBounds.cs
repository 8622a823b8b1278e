namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>When a segment ends, and when its file goes.</summary>
internal sealed class SegmentBounds(SqliteDeliveryOptions options, DeliveryStoreSettings settings)
{
    private const int SegmentsPerRetention = 24;
    private const int SegmentsPerRetentionBytes = 16;

    // A log of this many times the file's bound: readers kept checkpoints from starting it over.
    private const int LogFactor = 4;

    private readonly long _retention = options.Retention.Ticks / TimeSpan.TicksPerMicrosecond;
    private readonly long _segmentBytes = options.RetentionBytes > 0
        ? Math.Min(settings.SegmentBytes, options.RetentionBytes / SegmentsPerRetentionBytes)
        : settings.SegmentBytes;

    /// <summary>Whether events and attempts are kept after the last delivery.</summary>
    public bool KeepsLog => options.KeepsLog;

    /// <summary>Whether another segment is to begin.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="now">The store's time.</param>
    public bool IsFull(Segment segment, long now) =>
        segment.Size >= _segmentBytes
        || segment.LogPages * Segment.PageBytes >= _segmentBytes * LogFactor
        || (KeepsLog && segment.HasEvents && now - segment.FirstSince >= _retention / SegmentsPerRetention);

    /// <summary>Finds a segment whose file is to go: nothing waits in it, and it is not to be kept for the log any more.</summary>
    /// <param name="segments">All segments, oldest first; the last one stays.</param>
    /// <param name="now">The store's time.</param>
    public Segment? FindExpired(IReadOnlyList<Segment> segments, long now)
    {
        // Files with waiting deliveries are bounded by themselves: a long backlog does not cost the log.
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
