using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

internal sealed partial class SegmentWriter
{
    /// <summary>Makes deliveries due that are due later.</summary>
    /// <param name="subscription">Their subscription.</param>
    /// <param name="filter">Selects the deliveries.</param>
    /// <param name="now">When the transaction began.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="first">Receives the place of the first one. It is set before the row is written.</param>
    /// <returns>How many, with those that have become due meanwhile.</returns>
    public int MakeDue(RetriedSubscription subscription, WaitingFilter filter, long now, int limit, ref QueuePosition? first)
    {
        if (_segment.IsDropped(subscription.Number))
        {
            return 0;
        }

        var (number, space) = (subscription.Number, subscription.Subscription.Space);
        var rows = ListLater(subscription, filter, limit);
        foreach (var (position, @event, attempts) in rows)
        {
            // A delivery that is due may be leased.
            if (position.Due > now)
            {
                var place = _clock.Number(now);
                first ??= place;
                Delete(space, number, position);
                _addDelivery.Bind(1, number).Bind(2, place.Due).Bind(3, place.N).Bind(4, @event).Bind(5, attempts).Run();
                Count(space, 1);
            }
        }

        return rows.Count;
    }

    private List<(QueuePosition Position, long Event, long Attempts)> ListLater(RetriedSubscription subscription, WaitingFilter filter, int limit)
    {
        var rows = new List<(QueuePosition, long, long)>();
        using var read = Prepare(
            """
            SELECT due, n, event, attempts FROM deliveries
            WHERE subscription = ?1 AND due > ?2 AND (?3 IS NULL OR (attempts > 0) = ?3) AND (?4 IS NULL OR event = ?4)
            ORDER BY due, n LIMIT ?5
            """);
        read.Bind(1, subscription.Number).Bind(2, subscription.After).Bind(3, filter.HasFailed is { } failed ? failed ? 1 : 0 : (long?)null)
            .Bind(4, filter.DeliveryId is { } id ? WaitingId.Parse(id)?.Event : null).Bind(5, limit);
        while (read.Step())
        {
            rows.Add((new QueuePosition(read.Long(0), read.Long(1)), read.Long(2), read.Long(3)));
        }

        return rows;
    }
}
