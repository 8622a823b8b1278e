using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Ends segments that are full, removes those that are no longer needed, and counts the deliveries of those that were opened
/// or failed. Does a little at each call, because appends wait meanwhile. Must be called on the writer's thread.
/// </summary>
internal sealed class SegmentRotation(
    Segments segments, SegmentWriters writers, SegmentBounds bounds, StoreClock clock, FailureLog failures, Action wakeMaintenance)
{
    /// <summary>Whether the deliveries of all segments are counted.</summary>
    public bool AreAllCounted
    {
        get
        {
            foreach (var segment in segments.All)
            {
                if (!segment.IsCounted)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Counts one segment, ends one, and removes one, where that is due.</summary>
    /// <returns>False when a segment could not be counted.</returns>
    public bool TryRun()
    {
        var isCounted = TryCountNext();
        var now = clock.Now();
        var isChanged = bounds.IsFull(segments.Current, now) && segments.TryBeginNext();
        if (bounds.FindExpired(segments.All, now) is { } expired)
        {
            segments.Remove(expired);
            isChanged = true;
        }

        if (isChanged)
        {
            wakeMaintenance();
        }

        writers.CloseIdle(now);
        return isCounted;
    }

    // A segment that cannot be counted does not keep the others from being counted.
    private bool TryCountNext()
    {
        var isCounted = true;
        foreach (var segment in segments.All)
        {
            if (segment.IsCounted)
            {
                continue;
            }

            if (!segment.Damage.IsSet && TryCount(segment))
            {
                return isCounted;
            }

            isCounted = false;
        }

        return isCounted;
    }

    private bool TryCount(Segment segment)
    {
        try
        {
            segment.CountWaiting();
            return true;
        }
        catch (SqliteException exception)
        {
            if (!segment.Damage.TryReport(exception))
            {
                failures.Report(exception);
            }

            return false;
        }
    }
}
