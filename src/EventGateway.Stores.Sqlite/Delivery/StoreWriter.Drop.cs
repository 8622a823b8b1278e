using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

internal sealed partial class StoreWriter
{
    // Rows of dropped deliveries that one transaction deletes: appends wait meanwhile.
    private const int MaxRowsPerDelete = 1000;

    private readonly Queue<DropOperation> _drops = [];

    private bool HasDropped()
    {
        foreach (var segment in _segments.All)
        {
            if (segment.HasDropped && !segment.Damage.IsSet)
            {
                return true;
            }
        }

        return false;
    }

    // One file in a turn: appends wait meanwhile.
    private void MakeDrop()
    {
        if (!_drops.TryPeek(out var drop))
        {
            return;
        }

        if (!drop.TryTake(_segments.All, out var segment))
        {
            _drops.Dequeue();
            drop.Complete();
        }
        else if (!TryMake(drop, segment, out var failure))
        {
            _drops.Dequeue();
            drop.Fail(failure);
        }
    }

    private bool TryMake(DropOperation drop, Segment segment, [NotNullWhen(false)] out Exception? failure)
    {
        failure = null;
        try
        {
            if (!TryLeave(drop, segment))
            {
                drop.Count(Drop(segment, drop.Subscriptions));

                // The backlog may be in more files than may be open.
                CloseWriters(_clock.Now());
            }
        }
        catch (Exception exception)
        {
            Fail(segment, exception);
            failure = TryLeave(drop, segment) ? null : exception;
        }

        return failure is null;
    }

    // A damaged file drops the deliveries once it is mended.
    private bool TryLeave(DropOperation drop, Segment segment)
    {
        if (!segment.TryKeepDrop(drop.Subscriptions))
        {
            return false;
        }

        drop.Leave(segment);
        foreach (var subscription in drop.Subscriptions)
        {
            ForgetDropped(segment, subscription);
        }

        return true;
    }

    // The next process makes them.
    private void FailDrops()
    {
        while (_drops.TryDequeue(out var drop))
        {
            drop.Fail(new ObjectDisposedException(nameof(SqliteDeliveryStore)));
        }
    }

    // What is in memory of a damaged file.
    private void ForgetDropped(Segment segment, SubscriptionKey subscription)
    {
        foreach (var (other, number) in _queues.ListNumbers(subscription))
        {
            if (other == segment)
            {
                _queues.Drop(subscription, segment, number);
            }
        }
    }

    private long Drop(Segment segment, IReadOnlyCollection<SubscriptionKey> subscriptions)
    {
        var isOpen = segment.Writer is not null;
        var writer = segment.Writer ??= new SegmentWriter(segment, _clock, _settings);
        var found = new List<(SubscriptionKey Subscription, long Number)>();
        foreach (var subscription in subscriptions)
        {
            if (writer.FindWaiting(subscription) is { } number)
            {
                found.Add((subscription, number));
            }
        }

        var dropped = 0L;
        if (found.Count > 0)
        {
            writer.Begin(_clock.Now());
            dropped = found.Sum(item => writer.Renumber(item.Subscription));
            _settings.Committing?.Invoke();
            segment.AddPages(writer.Commit());
            _settings.Committed?.Invoke();
            found.ForEach(item => _queues.Drop(item.Subscription, segment, item.Number));
        }
        else if (!isOpen)
        {
            writer.Dispose();
            segment.Writer = null;
        }

        return dropped;
    }

    // A little at a time, and only one file.
    private bool TryDeleteDropped()
    {
        foreach (var segment in _segments.All)
        {
            if (!segment.HasDropped || segment.Damage.IsSet)
            {
                continue;
            }

            try
            {
                segment.DeleteDropped((space, number) => DeleteDropped(segment, space, number));
                return true;
            }
            catch (Exception exception)
            {
                Fail(segment, exception);
                return false;
            }
        }

        return true;
    }

    private bool DeleteDropped(Segment segment, string space, long number)
    {
        var writer = segment.Writer ??= new SegmentWriter(segment, _clock, _settings);
        var now = _clock.Now();
        writer.Begin(now);
        var more = writer.DeleteDropped(space, number, MaxRowsPerDelete, now, _bounds.KeepsLog);
        _settings.Committing?.Invoke();
        Commit(segment, writer);
        return more;
    }

    private void Fail(Segment segment, Exception exception)
    {
        if (!segment.Damage.TryReport(exception))
        {
            _failures.Report(exception);
        }

        Metrics?.CommitFailed();
        Abandon(segment);
    }
}
