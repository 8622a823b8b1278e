using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

internal sealed partial class StoreWriter
{
    // Rows of dropped deliveries that one transaction deletes: appends wait meanwhile.
    private const int DeleteAtOnce = 1000;

    private readonly Queue<DropOperation> _drops = [];

    private bool HasDropped()
    {
        foreach (var period in _periods.All)
        {
            if (period.HasDropped && !period.Damage.IsSet)
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

        if (!drop.TryTake(_periods.All, out var period))
        {
            _drops.Dequeue();
            drop.Complete();
        }
        else if (!TryMake(drop, period, out var failure))
        {
            _drops.Dequeue();
            drop.Fail(failure);
        }
    }

    private bool TryMake(DropOperation drop, Period period, [NotNullWhen(false)] out Exception? failure)
    {
        failure = null;
        try
        {
            if (!TryLeave(drop, period))
            {
                drop.Count(Drop(period, drop.Subscriptions));

                // The backlog may be in more files than may be open.
                CloseWriters(_clock.Now());
            }
        }
        catch (Exception exception)
        {
            Fail(period, exception);
            failure = TryLeave(drop, period) ? null : exception;
        }

        return failure is null;
    }

    // A damaged file drops the deliveries once it is mended.
    private bool TryLeave(DropOperation drop, Period period)
    {
        if (!period.TryKeepDrop(drop.Subscriptions))
        {
            return false;
        }

        drop.Leave(period);
        foreach (var subscription in drop.Subscriptions)
        {
            ForgetDropped(period, subscription);
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
    private void ForgetDropped(Period period, SubscriptionKey subscription)
    {
        foreach (var (other, number) in _queues.ListNumbers(subscription))
        {
            if (other == period)
            {
                _queues.Drop(subscription, period, number);
            }
        }
    }

    private long Drop(Period period, IReadOnlyCollection<SubscriptionKey> subscriptions)
    {
        var isOpen = period.Writer is not null;
        var writer = period.Writer ??= new PeriodWriter(period, _clock, _settings);
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
            period.AddPages(writer.Commit());
            _settings.Committed?.Invoke();
            found.ForEach(item => _queues.Drop(item.Subscription, period, item.Number));
        }
        else if (!isOpen)
        {
            writer.Dispose();
            period.Writer = null;
        }

        return dropped;
    }

    // A little at a time, and only one file.
    private bool TryDeleteDropped()
    {
        foreach (var period in _periods.All)
        {
            if (!period.HasDropped || period.Damage.IsSet)
            {
                continue;
            }

            try
            {
                period.DeleteDropped((space, number) => DeleteDropped(period, space, number));
                return true;
            }
            catch (Exception exception)
            {
                Fail(period, exception);
                return false;
            }
        }

        return true;
    }

    private bool DeleteDropped(Period period, string space, long number)
    {
        var writer = period.Writer ??= new PeriodWriter(period, _clock, _settings);
        var now = _clock.Now();
        writer.Begin(now);
        var more = writer.DeleteDropped(space, number, DeleteAtOnce, now, _bounds.KeepsLog);
        _settings.Committing?.Invoke();
        Commit(period, writer);
        return more;
    }

    private void Fail(Period period, Exception exception)
    {
        if (!period.Damage.TryReport(exception))
        {
            _failures.Report(exception);
        }

        Metrics?.CommitFailed();
        Abandon(period);
    }
}
