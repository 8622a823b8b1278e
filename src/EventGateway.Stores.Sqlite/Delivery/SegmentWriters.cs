using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Opens and closes the writers of segments, and commits their transactions. Must be called on the writer's thread.
/// </summary>
/// <param name="clock">The store's clock.</param>
/// <param name="settings">How many files may be open, and after how many pages a checkpoint is due.</param>
/// <param name="failures">Receives failed transactions.</param>
/// <param name="wakeMaintenance">Wakes the maintenance in the background.</param>
internal sealed class SegmentWriters(
    Segments segments, StoreClock clock, DeliveryStoreSettings settings, FailureLog failures, Action wakeMaintenance)
{
    private const long MaxIdleMicroseconds = 30_000_000;

    /// <summary>Records transactions. Null means that they are not recorded.</summary>
    public StoreMetrics? Metrics { get; set; }

    /// <summary>Opens the writer of a segment, unless it is open.</summary>
    public SegmentWriter Open(Segment segment) => segment.Writer ??= new SegmentWriter(segment, clock, settings);

    /// <summary>Closes the writer of a segment.</summary>
    public static void Close(Segment segment)
    {
        segment.Writer?.Dispose();
        segment.Writer = null;
    }

    /// <summary>Commits the transaction of a segment's writer, and counts what it changed.</summary>
    public void Commit(Segment segment, SegmentWriter writer)
    {
        settings.Committing?.Invoke();
        var pages = writer.Commit();
        settings.Committed?.Invoke();
        segment.AddWaiting(segment.IsCounted ? writer.Added : Math.Max(0, writer.Added), writer.AddedBySpace);
        segment.AddPages(pages);
        segment.Size = writer.CountPages() * FileCheck.PageBytes;
        if (segment.PagesToCheckpoint >= settings.CheckpointPages)
        {
            wakeMaintenance();
        }

        if (segment.Waiting == 0 && segment.IsCounted && segment != segments.Current)
        {
            Close(segment);
        }
    }

    /// <summary>Reports that a group could not be written to a segment, and rolls its transaction back.</summary>
    /// <param name="exception">Why it failed.</param>
    /// <param name="refused">How many appends are refused.</param>
    /// <param name="postponed">How many completions are retried later.</param>
    public void Fail(Segment segment, Exception exception, int refused, int postponed)
    {
        if (!segment.Damage.TryReport(exception))
        {
            failures.Report(exception, refused, postponed);
        }

        Abandon(segment);
    }

    /// <summary>Reports that work on a segment failed that no request waits for, and rolls its transaction back.</summary>
    public void Fail(Segment segment, Exception exception)
    {
        if (!segment.Damage.TryReport(exception))
        {
            failures.Report(exception);
        }

        Abandon(segment);
    }

    /// <summary>
    /// Closes the writers of damaged segments, because only a closed file can be repaired. When the current segment is damaged,
    /// the next one takes its place.
    /// </summary>
    public void ReleaseDamaged()
    {
        var isReleased = false;
        foreach (var segment in segments.All)
        {
            if (segment.Damage is { IsSet: true, IsReleased: false } damage && (segment != segments.Current || segments.TryBeginNext()))
            {
                Close(segment);
                segment.IsCounted = false;
                damage.IsReleased = true;
                isReleased = true;
            }
        }

        if (isReleased || segments.Current.Damage.IsSet)
        {
            wakeMaintenance();
        }
    }

    /// <summary>
    /// Closes the writers of segments that take no more events, when too many are open or they were not used for a while.
    /// Deliveries of one segment end at about the same time, so few of these segments are written at once.
    /// </summary>
    public void CloseIdle(long now)
    {
        while (true)
        {
            var open = 0;
            Segment? oldest = null;
            foreach (var segment in segments.All)
            {
                if (segment.Writer is { } writer && segment != segments.Current)
                {
                    open++;
                    oldest = oldest is null || writer.UsedAt < oldest.Writer!.UsedAt ? segment : oldest;
                }
            }

            if (oldest is null || (open <= settings.OpenFiles && now - oldest.Writer!.UsedAt < MaxIdleMicroseconds))
            {
                return;
            }

            oldest.Writer!.KeepLog();
            Close(oldest);
        }
    }

    // The transaction may have been committed although it failed, so the deliveries must be counted again.
    private void Abandon(Segment segment)
    {
        Metrics?.CommitFailed();
        Close(segment);
        segment.IsCounted = false;
        wakeMaintenance();
    }
}
