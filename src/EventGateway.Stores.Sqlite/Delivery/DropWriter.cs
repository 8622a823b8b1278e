using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Drops the waiting deliveries of deleted subscriptions, one file at a time, and deletes their rows little by little,
/// because appends wait meanwhile. Must be called on the writer's thread.
/// </summary>
internal sealed class DropWriter(Segments segments, SegmentWriters writers, QueueTable queues, StoreClock clock, bool keepsLog)
{
    private const int MaxRowsPerDelete = 1000;

    private readonly Queue<DropOperation> _drops = [];

    /// <summary>How many drops are not completed.</summary>
    public int Count => _drops.Count;

    /// <summary>Whether rows of dropped deliveries can be deleted.</summary>
    public bool HasRows
    {
        get
        {
            foreach (var segment in segments.All)
            {
                if (segment.HasDropped && !segment.Damage.IsSet)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Adds a drop.</summary>
    public void Add(DropOperation drop) => _drops.Enqueue(drop);

    /// <summary>Drops the deliveries of one file, or completes the drop when no file is left.</summary>
    public void DropNext()
    {
        if (!_drops.TryPeek(out var drop))
        {
            return;
        }

        if (!drop.TryTake(segments.All, out var segment))
        {
            _drops.Dequeue();
            drop.Complete();
        }
        else if (!TryDrop(drop, segment, out var failure))
        {
            _drops.Dequeue();
            drop.Fail(failure);
        }
    }

    /// <summary>Deletes some rows of dropped deliveries, in one file.</summary>
    /// <returns>False when that failed.</returns>
    public bool TryDeleteRows()
    {
        foreach (var segment in segments.All)
        {
            if (!segment.HasDropped || segment.Damage.IsSet)
            {
                continue;
            }

            try
            {
                segment.DeleteDropped((space, number) => DeleteRows(segment, space, number));
                return true;
            }
            catch (Exception exception)
            {
                writers.Fail(segment, exception);
                return false;
            }
        }

        return true;
    }

    /// <summary>Fails all drops, because the store is closed. The next process makes them.</summary>
    public void FailAll()
    {
        while (_drops.TryDequeue(out var drop))
        {
            drop.Fail(new ObjectDisposedException(nameof(SqliteDeliveryStore)));
        }
    }

    private bool TryDrop(DropOperation drop, Segment segment, [NotNullWhen(false)] out Exception? failure)
    {
        failure = null;
        try
        {
            if (!TryPostpone(drop, segment))
            {
                drop.Count(Drop(segment, drop.Subscriptions));

                // More files may have deliveries than may be open.
                writers.CloseIdle(clock.Now());
            }
        }
        catch (Exception exception)
        {
            writers.Fail(segment, exception);
            failure = TryPostpone(drop, segment) ? null : exception;
        }

        return failure is null;
    }

    // A damaged file drops the deliveries once it is repaired. Until then, memory forgets those that it has.
    private bool TryPostpone(DropOperation drop, Segment segment)
    {
        if (!segment.TryPostponeDrop(drop.Subscriptions))
        {
            return false;
        }

        drop.Postpone(segment);
        foreach (var subscription in drop.Subscriptions)
        {
            foreach (var (other, number) in queues.ListNumbers(subscription))
            {
                if (other == segment)
                {
                    queues.Drop(subscription, segment, number);
                }
            }
        }

        return true;
    }

    private long Drop(Segment segment, IReadOnlyCollection<SubscriptionKey> subscriptions)
    {
        var wasOpen = segment.Writer is not null;
        var writer = writers.Open(segment);
        var found = new List<(SubscriptionKey Subscription, long Number)>();
        foreach (var subscription in subscriptions)
        {
            if (writer.FindWaiting(subscription) is { } number)
            {
                found.Add((subscription, number));
            }
        }

        if (found.Count == 0)
        {
            if (!wasOpen)
            {
                SegmentWriters.Close(segment);
            }

            return 0;
        }

        writer.Begin(clock.Now());
        var dropped = found.Sum(item => writer.Renumber(item.Subscription));
        writers.Commit(segment, writer);
        found.ForEach(item => queues.Drop(item.Subscription, segment, item.Number));
        return dropped;
    }

    private bool DeleteRows(Segment segment, string space, long number)
    {
        var writer = writers.Open(segment);
        var now = clock.Now();
        writer.Begin(now);
        var hasMore = writer.DeleteDropped(space, number, MaxRowsPerDelete, now, keepsLog);
        writers.Commit(segment, writer);
        return hasMore;
    }
}
