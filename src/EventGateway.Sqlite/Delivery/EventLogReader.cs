using System.Runtime.InteropServices;
using EventGateway.Core.Delivery;
using EventGateway.Core.Functions;
using EventGateway.Sqlite.Internal;
using Microsoft.Data.Sqlite;

namespace EventGateway.Sqlite.Delivery;

/// <summary>Reads the events of a period with what became of them, as of one moment. Not safe for concurrent use.</summary>
internal sealed class EventLogReader : IDisposable
{
    private const string Events = "SELECT n, id, type, source, time, accepted FROM events";

    private readonly SqliteConnection _connection;

    public EventLogReader(DeliveryFile file)
    {
        _connection = file.OpenReader();
        ConfigDatabase.Execute(_connection, "BEGIN");
    }

    /// <summary>Lists events, the newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="from">The number of the newest one to list.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="into">Takes them.</param>
    /// <returns>The number of the next one. Not set: there are no more.</returns>
    public long? List(EventFilter filter, long from, int limit, List<EventSummary> into)
    {
        using var list = Prepare(
            $"""
            {Events} WHERE n <= ?1 AND space = ?2 AND cause = {(int)DeliveryCause.Accepted} AND (?3 IS NULL OR type = ?3) AND (?4 IS NULL OR source = ?4) AND (?5 IS NULL OR id = ?5)
                AND accepted >= ?6 AND accepted < ?7
            ORDER BY n DESC
            """);
        list.Bind(1, from).Bind(2, filter.Space).Bind(3, filter.Type).Bind(4, filter.Source).Bind(5, filter.Id)
            .Bind(6, filter.From is { } first ? Times.ToMicroseconds(first) : long.MinValue)
            .Bind(7, filter.To is { } last ? Times.ToMicroseconds(last) : long.MaxValue);
        while (list.Step())
        {
            if (into.Count >= limit)
            {
                return list.Long(0);
            }

            into.Add(new EventSummary
            {
                Space = filter.Space,
                Id = list.Text(1),
                Type = list.Text(2),
                Source = list.Text(3),
                Time = list.TextOrNull(4),
                AcceptedAt = Times.FromMicroseconds(list.Long(5)),
            });
        }

        return null;
    }

    /// <summary>Reads events, the oldest first.</summary>
    /// <param name="range">Which ones.</param>
    /// <param name="from">The number of the oldest one to read.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="bytes">From how many bytes on to read no further one.</param>
    /// <param name="into">Takes them; what is in it already counts.</param>
    /// <returns>The number of the next one. Not set: there are no more.</returns>
    public long? Read(LogRange range, long from, int limit, long bytes, List<ReadOnlyMemory<byte>> into)
    {
        var size = 0L;
        foreach (var body in into)
        {
            size += body.Length;
        }

        using var read = Prepare(
            $"""
            SELECT e.n, b.body FROM events e CROSS JOIN bodies b ON b.event = e.n
            WHERE e.n >= ?1 AND e.space = ?2 AND e.cause = {(int)DeliveryCause.Accepted} AND e.type IN (SELECT value FROM json_each(?3))
                AND e.accepted >= ?4 AND e.accepted < ?5
            ORDER BY e.n
            """);
        read.Bind(1, from).Bind(2, range.Space).Bind(3, TextList.Write(range.EventTypes))
            .Bind(4, range.From is { } first ? Times.ToMicroseconds(first) : long.MinValue).Bind(5, Times.ToMicroseconds(range.To));
        while (read.Step())
        {
            if (into.Count >= limit || size >= bytes)
            {
                return read.Long(0);
            }

            var body = read.Blob(1);
            into.Add(body);
            size += body.Length;
        }

        return null;
    }

    /// <summary>Finds an event with its deliveries.</summary>
    /// <returns>The event. Not set: the period has none of that id.</returns>
    public LoggedEvent? Find(string space, string id)
    {
        using var find = Prepare($"{Events} WHERE space = ? AND id = ? ORDER BY n DESC LIMIT 1").Bind(1, space).Bind(2, id);
        if (!find.Step())
        {
            return null;
        }

        var number = find.Long(0);
        using var body = Prepare("SELECT body FROM bodies WHERE event = ?").Bind(1, number);
        return new LoggedEvent
        {
            Space = space,
            Id = id,
            Type = find.Text(2),
            Source = find.Text(3),
            Time = find.TextOrNull(4),
            AcceptedAt = Times.FromMicroseconds(find.Long(5)),
            Event = body.Step() ? body.Blob(0) : [],
            Deliveries = ReadDeliveries(number),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private List<LoggedDelivery> ReadDeliveries(long @event)
    {
        var deliveries = new SortedDictionary<long, LoggedDelivery>();
        var attempts = new Dictionary<long, List<DeliveryAttempt>>();
        ReadAttempts(@event, deliveries, attempts);
        using var read = Prepare(
            """
            SELECT s.n, s.space, s.subscription, s.function, d.due
            FROM deliveries d CROSS JOIN subscriptions s ON s.n = d.subscription WHERE d.event = ?
            """).Bind(1, @event);
        while (read.Step())
        {
            deliveries[read.Long(0)] = new LoggedDelivery
            {
                Subscription = new SubscriptionKey(read.Text(1), read.Text(2), read.Text(3)),
                State = DeliveryState.Waiting,
                DueAt = Times.FromMicroseconds(read.Long(4)),
                Attempts = attempts.GetValueOrDefault(read.Long(0)) ?? [],
            };
        }

        return [.. deliveries.Values];
    }

    private void ReadAttempts(
        long @event, SortedDictionary<long, LoggedDelivery> deliveries, Dictionary<long, List<DeliveryAttempt>> attempts)
    {
        using var read = Prepare(
            """
            SELECT s.n, s.space, s.subscription, s.function, a.fate, a.time, a.duration, a.outcome, a.status, a.error
            FROM attempts a CROSS JOIN subscriptions s ON s.n = a.subscription WHERE a.event = ? ORDER BY a.n
            """).Bind(1, @event);
        while (read.Step())
        {
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(attempts, read.Long(0), out _);
            list ??= [];
            if (read.LongOrNull(7) is { } outcome)
            {
                list.Add(new DeliveryAttempt(
                    Times.FromMicroseconds(read.Long(5)),
                    TimeSpan.FromTicks(read.Long(6) * TimeSpan.TicksPerMicrosecond),
                    (FunctionOutcome)outcome,
                    (int?)read.LongOrNull(8),
                    read.TextOrNull(9)));
            }

            deliveries[read.Long(0)] = new LoggedDelivery
            {
                Subscription = new SubscriptionKey(read.Text(1), read.Text(2), read.Text(3)),
                State = StateOf((DeliveryFate)read.Long(4)),
                Attempts = list,
            };
        }
    }

    private static DeliveryState StateOf(DeliveryFate fate) => fate switch
    {
        DeliveryFate.Delivered => DeliveryState.Delivered,
        DeliveryFate.DeadLettered => DeliveryState.DeadLettered,
        DeliveryFate.Dropped => DeliveryState.Dropped,
        _ => DeliveryState.Waiting,
    };

    private Statement Prepare(string sql) => new(_connection, sql);
}
