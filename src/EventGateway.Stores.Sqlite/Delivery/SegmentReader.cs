using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Reads deliveries from the file of a segment. Not safe for concurrent use.</summary>
internal sealed class SegmentReader : IDisposable
{
    private static readonly byte[] Traceparent = Encoding.ASCII.GetBytes("\"traceparent\"");

    private const string OldestSql =
        """
        SELECT o.space, e.n, e.accepted
        FROM (
            SELECT s.space, min(d.event) AS event
            FROM (SELECT subscription, min(event) AS event FROM deliveries GROUP BY subscription) d
                CROSS JOIN subscriptions s ON s.n = d.subscription
            GROUP BY s.space) o
            CROSS JOIN events e ON e.n = o.event
        """;

    private readonly Segment _segment;
    private readonly SqliteConnection _connection;
    private readonly Statement _readRange;

    public SegmentReader(Segment segment)
    {
        _segment = segment;
        _connection = segment.File.OpenReader();
        _readRange = new Statement(
            _connection,
            """
            SELECT d.due, d.n, d.event, d.attempts, e.id, e.type, e.accepted, e.format, b.body, e.checksum
            FROM deliveries d LEFT JOIN events e ON e.n = d.event LEFT JOIN bodies b ON b.event = d.event
            WHERE d.subscription = ? AND (d.due, d.n) >= (?, ?)
            ORDER BY d.due, d.n
            """);
    }

    /// <summary>Makes the payload of a stored event. Its trace goes into headers as well.</summary>
    public static EventPayload PayloadOf(ReadOnlyMemory<byte> body, CloudEventFormat format)
    {
        if (body.Span.IndexOf(Traceparent) < 0 || CloudEventReader.ReadStored(body) is not { IsValid: true, Event: { } @event })
        {
            return new EventPayload(body, CloudEventReader.StructuredMediaType);
        }

        using var buffer = new PooledBuffer(body.Length);
        return CloudEventWriter.Write(@event, format, buffer) with { Body = body };
    }

    /// <summary>Lists the subscriptions that have deliveries, and the first of each. Skips from one to the next.</summary>
    public List<(SubscriptionKey Subscription, long Number, QueuePosition First)> ListWaiting()
    {
        var waiting = new List<(SubscriptionKey, long, QueuePosition)>();
        using var read = new Statement(
            _connection,
            """
            WITH RECURSIVE waiting (n) AS (
                SELECT min(subscription) FROM deliveries
                UNION ALL
                SELECT (SELECT min(subscription) FROM deliveries WHERE subscription > waiting.n) FROM waiting WHERE waiting.n IS NOT NULL
            )
            SELECT s.n, s.space, s.subscription, s.function,
                (SELECT due FROM deliveries WHERE subscription = s.n ORDER BY due, n LIMIT 1),
                (SELECT n FROM deliveries WHERE subscription = s.n ORDER BY due, n LIMIT 1)
            FROM waiting LEFT JOIN subscriptions s ON s.n = waiting.n
            WHERE waiting.n IS NOT NULL
            """);
        while (read.Step())
        {
            if (read.IsNull(0))
            {
                throw new SqliteException("The subscription of a delivery is missing.", SQLITE_CORRUPT);
            }

            waiting.Add((new SubscriptionKey(read.Text(1), read.Text(2), read.Text(3)), read.Long(0), new QueuePosition(read.Long(4), read.Long(5))));
        }

        return waiting;
    }

    /// <summary>Lists the numbers of subscriptions that have a later one. Deliveries with these numbers are dropped.</summary>
    public HashSet<long> ListEarlierNumbers()
    {
        var earlier = new HashSet<long>();
        using var read = new Statement(
            _connection,
            """
            SELECT s.n
            FROM (SELECT space, subscription, function, max(n) AS last FROM subscriptions GROUP BY space, subscription, function HAVING count(*) > 1) d
                CROSS JOIN subscriptions s ON s.space = d.space AND s.subscription = d.subscription AND s.function = d.function
            WHERE s.n < d.last
            """);
        while (read.Step())
        {
            earlier.Add(read.Long(0));
        }

        return earlier;
    }

    /// <summary>Counts the deliveries that wait under a number of a subscription.</summary>
    public long Count(long number)
    {
        using var count = new Statement(_connection, "SELECT count(*) FROM deliveries WHERE subscription = ?").Bind(1, number);
        return count.Step() ? count.Long(0) : 0;
    }

    /// <summary>Reads when the first and the last event was accepted (0 when there are no events), and whether deliveries wait.</summary>
    public (long First, long Last, bool Waits) Summarize() => (
        Number("SELECT accepted FROM events ORDER BY n LIMIT 1"),
        Number("SELECT accepted FROM events ORDER BY n DESC LIMIT 1"),
        Number("SELECT EXISTS (SELECT 1 FROM deliveries)") != 0);

    /// <summary>Finds the highest number of a row. Reads the whole file.</summary>
    public long FindLastNumber() => Math.Max(Number("SELECT max(n) FROM deliveries"), Number("SELECT max(n) FROM attempts"));

    /// <summary>Counts the deliveries of each space.</summary>
    public List<(string Space, long Deliveries)> CountWaiting() => ListBySpace(
        """
        SELECT s.space, sum(d.deliveries)
        FROM (SELECT subscription, count(*) AS deliveries FROM deliveries GROUP BY subscription) d
            CROSS JOIN subscriptions s ON s.n = d.subscription
        GROUP BY s.space
        """);

    /// <summary>Whether deliveries are due later than any wait allows (see <see cref="Correct"/>).</summary>
    public bool HasMisdated(long now, long maxWait)
    {
        using var read = new Statement(
            _connection,
            """
            SELECT EXISTS (SELECT 1 FROM deliveries WHERE subscription = ?1 AND due > ?2 AND (attempts = 0 OR due > ?3))
            """);
        foreach (var (_, number, _) in ListWaiting())
        {
            var found = read.Bind(1, number).Bind(2, now).Bind(3, now + maxWait).RunForNumber() != 0;
            if (found)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Makes deliveries due now that are due too late because the clock was ahead when they were stored. Those without an
    /// attempt may not be due later than now, the others not later than the longest wait.
    /// </summary>
    public static void Correct(SqliteConnection connection, long now, long maxWait)
    {
        using var update = new Statement(connection, "UPDATE deliveries SET due = ?1 WHERE due > ?1 AND (attempts = 0 OR due > ?2)");
        update.Bind(1, now).Bind(2, now + maxWait).Run();
    }

    /// <summary>Finds out when the oldest event was accepted that has deliveries in a space, by the steady clock.</summary>
    public List<(string Space, long Accepted)> ListOldest()
    {
        var list = new List<(string, long)>();
        using var read = new Statement(_connection, OldestSql);
        while (read.Step())
        {
            var (@event, accepted) = (read.Long(1), read.Long(2));
            list.Add((read.Text(0), accepted - (_segment.Steps.AheadOf(@event, accepted).Ticks / TimeSpan.TicksPerMicrosecond)));
        }

        return list;
    }

    /// <summary>Reads deliveries.</summary>
    /// <returns>The position of the first delivery that was not read. Null when there are no more.</returns>
    public QueuePosition? Read(SubscriptionKey subscription, ReadRange range, List<SqliteDelivery> into)
    {
        var bytes = 0L;
        _readRange.Bind(1, range.Number).Bind(2, range.From.Due).Bind(3, range.From.N);
        try
        {
            while (_readRange.Step())
            {
                var position = new QueuePosition(_readRange.Long(0), _readRange.Long(1));
                if (position >= range.End || into.Count == range.Length || bytes >= range.Bytes)
                {
                    return position;
                }

                // Without the event, the delivery would be skipped silently.
                if (_readRange.IsNull(4) || _readRange.IsNull(8))
                {
                    throw new SqliteException("The event of a delivery is missing.", SQLITE_CORRUPT);
                }

                var delivery = Read(subscription, range.Number, position);
                into.Add(delivery);
                bytes += delivery.Size;
            }

            return null;
        }
        finally
        {
            _readRange.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _readRange.Dispose();
        _connection.Dispose();
    }

    private List<(string Space, long Number)> ListBySpace(string sql)
    {
        var list = new List<(string, long)>();
        using var read = new Statement(_connection, sql);
        while (read.Step())
        {
            list.Add((read.Text(0), read.Long(1)));
        }

        return list;
    }

    private long Number(string sql)
    {
        using var statement = new Statement(_connection, sql);
        return statement.RunForNumber();
    }

    private SqliteDelivery Read(SubscriptionKey subscription, long number, QueuePosition position)
    {
        var format = (CloudEventFormat)_readRange.Long(7);
        var (@event, accepted) = (_readRange.Long(2), _readRange.Long(6));
        var (id, type, body, checksum) = (_readRange.Text(4), _readRange.Text(5), _readRange.Blob(8), _readRange.Long(9));
        var isDamaged = !EventChecksum.Matches(checksum, id, type, format, body);
        return new SqliteDelivery
        {
            Subscription = subscription,
            EventId = id,
            EventType = type,
            AcceptedAt = UnixMicroseconds.ToTime(accepted),
            ClockAhead = _segment.Steps.AheadOf(@event, accepted),
            Attempts = (int)_readRange.Long(3),
            Format = format,
            Payload = isDamaged ? new EventPayload(body, CloudEventReader.StructuredMediaType) : PayloadOf(body, format),
            Checksum = checksum,
            IsDamaged = isDamaged,
            Segment = _segment,
            Number = number,
            Event = @event,
            Position = position,
        };
    }
}
