using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

// A subscription whose deliveries are dropped gets another number in the file. That is one row for any number of deliveries,
// and separates deliveries from before the deletion from later ones. Deliveries with an earlier number are never leased,
// and are deleted little by little.
internal sealed partial class SegmentWriter
{
    /// <summary>Returns the number under which deliveries of a subscription wait; null when none do.</summary>
    public long? FindWaiting(SubscriptionKey subscription)
    {
        _numbers ??= ReadNumbers();
        return _numbers.TryGetValue(subscription, out var number) && CountOf(number, "SELECT EXISTS (SELECT 1 FROM deliveries WHERE subscription = ?)") > 0
            ? number
            : null;
    }

    /// <summary>Gives a subscription another number, which drops the deliveries with the present one.</summary>
    /// <returns>How many deliveries that are.</returns>
    public long Renumber(SubscriptionKey subscription)
    {
        _numbers ??= ReadNumbers();
        var dropped = CountOf(_numbers[subscription], "SELECT count(*) FROM deliveries WHERE subscription = ?");
        AddNumber(subscription);
        return dropped;
    }

    /// <summary>Deletes deliveries that wait under a number whose deliveries are dropped.</summary>
    /// <param name="space">The space of the subscription.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="now">The store's time.</param>
    /// <param name="log">Whether to keep in the log that they were dropped.</param>
    /// <returns>Whether there may be more.</returns>
    public bool DeleteDropped(string space, long number, int limit, long now, bool log)
    {
        var rows = new List<(QueuePosition Position, long Event)>();
        using (var read = Prepare("SELECT due, n, event FROM deliveries WHERE subscription = ? ORDER BY due, n LIMIT ?").Bind(1, number).Bind(2, limit))
        {
            while (read.Step())
            {
                rows.Add((new QueuePosition(read.Long(0), read.Long(1)), read.Long(2)));
            }
        }

        foreach (var (position, @event) in rows)
        {
            Delete(space, number, position);
            if (log)
            {
                AddAttempt(@event, position.N, number, DeliveryFate.Dropped, _clock.ToWall(now), null, null);
            }
        }

        return rows.Count == limit;
    }

    private long CountOf(long number, string sql)
    {
        using var count = Prepare(sql).Bind(1, number);
        return count.Step() ? count.Long(0) : 0;
    }
}
