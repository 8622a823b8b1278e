namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The deliveries of one subscription: the next ones are in memory, later ones in files. Everything
/// in memory comes before everything that has not been read. Not safe for concurrent use.
/// </summary>
internal sealed class SubscriptionQueue
{
    private const long MicrosecondsToSoon = 10_000;

    private readonly List<UnreadRows> _unread = [];
    private long _retryDue = long.MaxValue;
    private int _retries;
    private int _leased;
    private bool _reading;

    /// <summary>The deliveries in memory that are not leased.</summary>
    public Queue<SqliteDelivery> Ready { get; } = [];

    /// <summary>Whether the subscription has no deliveries.</summary>
    public bool IsIdle => Ready.Count == 0 && _unread.Count == 0 && _leased == 0 && !_reading;

    /// <summary>Whether a delivery can be kept in memory: nothing that has not been read comes before it.</summary>
    public bool CanKeep(QueuePosition position) => !_reading && (FirstUnread() is not { } first || position < first.Next);

    /// <summary>Notes a row that has been written, or found, and is not kept in memory.</summary>
    public void AddUnread(Segment segment, long number, QueuePosition position)
    {
        foreach (var rows in _unread)
        {
            if (rows.Segment == segment && rows.Number == number)
            {
                rows.Next = position < rows.Next ? position : rows.Next;
                return;
            }
        }

        _unread.Add(new UnreadRows(segment, number, position));
    }

    /// <summary>Takes the next delivery in memory.</summary>
    public bool TryTake(out SqliteDelivery? delivery)
    {
        if (!Ready.TryDequeue(out delivery))
        {
            return false;
        }

        _leased++;
        return true;
    }

    /// <summary>Notes that a leased delivery is going to be due again, once that is written.</summary>
    public void BeginRetry(long due)
    {
        _retries++;
        _retryDue = Math.Min(_retryDue, due);
    }

    /// <summary>Notes that the verdict on a leased delivery is stored.</summary>
    /// <param name="retry">Where it waits again. Null when it has ended.</param>
    /// <param name="wasRetry">Whether <see cref="BeginRetry"/> noted it.</param>
    public void Complete(SqliteDelivery delivery, QueuePosition? retry, bool wasRetry)
    {
        _leased--;
        if (retry is { } position)
        {
            AddUnread(delivery.Segment, delivery.Number, position);
        }

        if (wasRetry && --_retries == 0)
        {
            _retryDue = long.MaxValue;
        }
    }

    /// <summary>Forgets the waiting deliveries that are dropped.</summary>
    /// <returns>The memory that it held, in bytes.</returns>
    public long ForgetDropped()
    {
        _unread.RemoveAll(static rows => rows.Segment.IsDropped(rows.Number));
        var bytes = 0L;
        for (var left = Ready.Count; left > 0; left--)
        {
            var delivery = Ready.Dequeue();
            if (delivery.Segment.IsDropped(delivery.Number))
            {
                bytes += delivery.Size;
            }
            else
            {
                Ready.Enqueue(delivery);
            }
        }

        return bytes;
    }

    /// <summary>The files in which deliveries wait, and the numbers of the subscription in them.</summary>
    public IEnumerable<(Segment Segment, long Number)> ListNumbers() =>
        Ready.Select(static delivery => (delivery.Segment, delivery.Number))
            .Concat(_unread.Select(static rows => (rows.Segment, rows.Number)))
            .Distinct();

    /// <summary>Begins to read the next rows.</summary>
    /// <returns>The rows to read. Null when all rows before the horizon have been read.</returns>
    public ReadRange? BeginRead(QueuePosition horizon, int length, long bytes)
    {
        if (FirstUnread() is not { } first || first.Next >= horizon)
        {
            return null;
        }

        _unread.Remove(first);
        _reading = true;
        var end = FirstUnread() is { } second && second.Next < horizon ? second.Next : horizon;
        return new ReadRange(first.Segment, first.Number, first.Next, end, length, bytes);
    }

    /// <summary>Notes the rows that were read.</summary>
    /// <param name="range">The requested rows.</param>
    /// <param name="rows">The rows that were read.</param>
    /// <param name="next">The first row that was not read. Null when the file has no more.</param>
    public void EndRead(ReadRange range, List<SqliteDelivery> rows, QueuePosition? next)
    {
        _reading = false;
        foreach (var row in rows)
        {
            Ready.Enqueue(row);
        }

        if (next is { } position)
        {
            AddUnread(range.Segment, range.Number, position);
        }
    }

    /// <summary>When to look again, while nothing is to be had.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The time, which is soon when due rows are about to be written. Null when nothing waits.</returns>
    public long? NextDue(long now)
    {
        var next = Math.Min(FirstUnread()?.Next.Due ?? long.MaxValue, _retryDue);
        return next == long.MaxValue ? null : next > now ? next : now + MicrosecondsToSoon;
    }

    private UnreadRows? FirstUnread()
    {
        UnreadRows? first = null;
        foreach (var rows in _unread)
        {
            first = first is null || rows.Next < first.Next ? rows : first;
        }

        return first;
    }
}
