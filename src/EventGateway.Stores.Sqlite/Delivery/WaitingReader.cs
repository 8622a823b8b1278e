using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Reads the deliveries that wait in the file of a segment, in one transaction and without the bodies of their events. Not safe for
/// concurrent use.
/// </summary>
internal sealed class WaitingReader : IDisposable
{
    // Attempts are sorted by event. An event may have more failed attempts for other subscriptions; then the error is not found.
    private const int MaxAttempts = 1000;

    private readonly Segment _segment;
    private readonly SqliteConnection _connection;
    private readonly Statement _deliveries;
    private readonly Statement _event;
    private readonly Statement _attempt;

    public WaitingReader(Segment segment)
    {
        _segment = segment;
        _connection = segment.File.OpenReader();
        Sql.Execute(_connection, "BEGIN");
        _deliveries = Prepare("SELECT due, n, event, attempts FROM deliveries WHERE subscription = ?1 AND (due, n) >= (?2, ?3) AND (?4 IS NULL OR event = ?4) ORDER BY due, n");
        _event = Prepare("SELECT id, type, accepted FROM events WHERE n = ?");
        _attempt = Prepare(
            $"""
            SELECT status, error
            FROM (SELECT subscription, status, error FROM attempts WHERE event = ? AND n < ? ORDER BY n DESC LIMIT {MaxAttempts})
            WHERE subscription = ? LIMIT 1
            """);
    }

    /// <summary>Lists deliveries, those of a subscription together.</summary>
    /// <param name="selects">Selects subscriptions.</param>
    /// <param name="from">The place of the first one.</param>
    /// <param name="called">The positions of the deliveries whose functions are being called.</param>
    /// <param name="into">Receives them.</param>
    /// <returns>The place of the next delivery. Null when the file has no more.</returns>
    public WaitingPlace? List(WaitingFilter filter, Func<SubscriptionKey, bool> selects, WaitingPlace from, HashSet<QueuePosition> called, WaitingPage into)
    {
        foreach (var (number, subscription) in ListSubscriptions(filter, from.Number, selects))
        {
            var position = number == from.Number ? from.Position : default;
            if (!into.TryCountRow())
            {
                return new WaitingPlace(_segment.Number, number, position);
            }

            if (List(filter, subscription, number, position, called, into) is { } next)
            {
                return new WaitingPlace(_segment.Number, number, next);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _deliveries.Dispose();
        _event.Dispose();
        _attempt.Dispose();
        _connection.Dispose();
    }

    /// <summary>Finds the subscriptions that have selected deliveries, and counts those that are due.</summary>
    /// <param name="selects">Selects subscriptions.</param>
    /// <param name="now">The store's time.</param>
    public List<RetriedSubscription> Choose(WaitingFilter filter, Func<SubscriptionKey, bool> selects, long now)
    {
        const string selected = "FROM deliveries WHERE subscription = ?1 AND (?3 IS NULL OR (attempts > 0) = ?3) AND (?4 IS NULL OR event = ?4)";
        var chosen = new List<RetriedSubscription>();
        using var count = Prepare($"SELECT count(*) {selected} AND due <= ?2");
        using var later = Prepare($"SELECT EXISTS (SELECT 1 {selected} AND due > ?2)");
        var failed = filter.HasFailed is { } hasFailed ? hasFailed ? 1 : 0 : (long?)null;
        var @event = EventOf(filter);
        foreach (var (number, subscription) in ListSubscriptions(filter, 0, selects))
        {
            var due = count.Bind(1, number).Bind(2, now).Bind(3, failed).Bind(4, @event).RunForNumber();
            var waits = later.Bind(1, number).Bind(2, now).Bind(3, failed).Bind(4, @event).RunForNumber() != 0;
            if (due > 0 || waits)
            {
                chosen.Add(new RetriedSubscription(subscription, number) { After = now, Due = due, HasLater = waits });
            }
        }

        return chosen;
    }

    // In the order of their numbers. Few subscriptions of a file have deliveries that wait; a look at the others is cheap.
    private IEnumerable<(long Number, SubscriptionKey Subscription)> ListSubscriptions(WaitingFilter filter, long from, Func<SubscriptionKey, bool> selects)
    {
        using var list = Prepare(
            """
            SELECT n, subscription, function FROM subscriptions
            WHERE n >= ?1 AND space = ?2 AND (?3 IS NULL OR subscription = ?3) AND (?4 IS NULL OR function = ?4) AND (?5 IS NULL OR n = ?5)
            ORDER BY n
            """);
        list.Bind(1, from).Bind(2, filter.Space).Bind(3, filter.SubscriptionId).Bind(4, filter.FunctionId)
            .Bind(5, filter.DeliveryId is { } id ? WaitingId.Parse(id)?.Number : (long?)null);
        while (list.Step())
        {
            var (number, subscription) = (list.Long(0), new SubscriptionKey(filter.Space, list.Text(1), list.Text(2)));
            if (!_segment.IsDropped(number) && selects(subscription))
            {
                yield return (number, subscription);
            }
        }
    }

    private QueuePosition? List(
        WaitingFilter filter, SubscriptionKey subscription, long number, QueuePosition from, HashSet<QueuePosition> called, WaitingPage into)
    {
        _deliveries.Bind(1, number).Bind(2, from.Due).Bind(3, from.N).Bind(4, EventOf(filter));
        try
        {
            while (_deliveries.Step())
            {
                var position = new QueuePosition(_deliveries.Long(0), _deliveries.Long(1));
                if (!into.TryCountRow())
                {
                    return position;
                }

                var (@event, attempts) = (_deliveries.Long(2), (int)_deliveries.Long(3));
                var id = new WaitingId(_segment.Number, number, @event);
                if (filter.HasFailed is { } hasFailed && attempts > 0 != hasFailed)
                {
                    continue;
                }

                if (into.IsFull)
                {
                    return position;
                }

                if (Read(id.ToString(), subscription, number, @event, position, attempts, into.Now) is { } delivery)
                {
                    into.Items.Add(delivery with { IsBeingCalled = called.Contains(position) });
                }
            }

            return null;
        }
        finally
        {
            _deliveries.Reset();
        }
    }

    // Returns null when damage has lost the event. The lease reports it.
    private WaitingDelivery? Read(
        string id, SubscriptionKey subscription, long number, long @event, QueuePosition position, int attempts, long now)
    {
        _event.Bind(1, @event);
        if (!_event.Step())
        {
            return null;
        }

        var delivery = new WaitingDelivery
        {
            Id = id,
            Subscription = subscription,
            EventId = _event.Text(0),
            EventType = _event.Text(1),
            AcceptedAt = UnixMicroseconds.ToTime(_event.Long(2)),
            Attempts = attempts,
            DueAt = UnixMicroseconds.ToTime(position.Due),
            IsDue = position.Due <= now,
            IsBeingCalled = false,
        };
        _event.Reset();
        return attempts > 0 ? WithError(delivery, number, @event, position) : delivery;
    }

    private WaitingDelivery WithError(WaitingDelivery delivery, long number, long @event, QueuePosition position)
    {
        _attempt.Bind(1, @event).Bind(2, position.N).Bind(3, number);
        if (!_attempt.Step())
        {
            return delivery;
        }

        var found = delivery with { Status = (int?)_attempt.LongOrNull(0), Error = _attempt.TextOrNull(1) };
        _attempt.Reset();
        return found;
    }

    private static long? EventOf(WaitingFilter filter) => filter.DeliveryId is { } id ? WaitingId.Parse(id)?.Event : null;

    private Statement Prepare(string sql) => new(_connection, sql);
}
