using EventGateway.Core.Delivery;

namespace EventGateway.Sqlite.Delivery;

internal sealed partial class StoreWriter
{
    // Rows of dropped deliveries that one transaction deletes: appends wait meanwhile.
    private const int DeleteAtOnce = 1000;

    private readonly List<DropOperation> _drops = [];

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

    private void MakeDrops()
    {
        foreach (var drop in _drops)
        {
            if (drop.TryBegin())
            {
                Make(drop);
            }
        }

        _drops.Clear();
    }

    private void Make(DropOperation drop)
    {
        var dropped = 0L;
        foreach (var period in _periods.All)
        {
            try
            {
                if (period.TryKeepDrop(drop.Subscription))
                {
                    ForgetDropped(period, drop.Subscription);
                }
                else if (period.Waiting > 0 || !period.IsCounted)
                {
                    dropped += Drop(period, drop.Subscription);

                    // The backlog may be in more files than may be open.
                    CloseWriters(_clock.Now());
                }
            }
            catch (Exception exception)
            {
                Fail(period, exception);
                drop.Fail(exception);
                return;
            }
        }

        drop.Complete(dropped);
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

    private long Drop(Period period, SubscriptionKey subscription)
    {
        var isOpen = period.Writer is not null;
        var writer = period.Writer ??= new PeriodWriter(period, _clock, _settings);
        var dropped = 0L;
        if (writer.FindWaiting(subscription) is { } number)
        {
            writer.Begin(_clock.Now());
            dropped = writer.Renumber(subscription);
            _settings.Committing?.Invoke();
            period.AddPages(writer.Commit());
            _settings.Committed?.Invoke();
            _queues.Drop(subscription, period, number);
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
