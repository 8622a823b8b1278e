using System.Globalization;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Reads the deliveries and attempts of events.</summary>
internal sealed class DeliveryRecords(SqliteConnection connection)
{
    // By event, then by the number of the subscription in the file.
    private readonly Dictionary<long, SortedDictionary<long, (LoggedDelivery Delivery, List<DeliveryAttempt> Attempts)>> _records = [];

    /// <summary>Gives events, all from the connection's file, their deliveries.</summary>
    public void ReadOf(List<FoundEvent> events)
    {
        foreach (var found in events)
        {
            _records.Add(found.Number, []);
            ReadAttempts(found);
        }

        ReadWaiting(events);
        foreach (var found in events)
        {
            found.Deliveries = [.. _records[found.Number].Values.Select(record => record.Delivery)];
        }
    }

    private void ReadAttempts(FoundEvent found)
    {
        using var read = new Statement(
            connection,
            """
            SELECT s.n, s.space, s.subscription, s.function, a.fate, a.time, a.duration, a.outcome, a.status, a.error
            FROM attempts a CROSS JOIN subscriptions s ON s.n = a.subscription WHERE a.event = ? ORDER BY a.n
            """).Bind(1, found.Number);
        var records = _records[found.Number];
        while (read.Step())
        {
            var attempts = records.TryGetValue(read.Long(0), out var record) ? record.Attempts : [];
            if (read.LongOrNull(7) is { } outcome)
            {
                attempts.Add(new DeliveryAttempt(
                    UnixMicroseconds.ToTime(read.Long(5)),
                    TimeSpan.FromTicks(read.Long(6) * TimeSpan.TicksPerMicrosecond),
                    (FunctionOutcome)outcome,
                    (int?)read.LongOrNull(8),
                    read.TextOrNull(9)));
            }

            var fate = (DeliveryFate)read.Long(4);
            var delivery = DeliveryOf(found, read, StateOf(fate), attempts) with { Reason = fate is DeliveryFate.Skipped ? read.TextOrNull(9) : null };
            records[read.Long(0)] = (delivery, attempts);
        }
    }

    // Deliveries are sorted by subscription, so this reads all of them once.
    private void ReadWaiting(List<FoundEvent> events)
    {
        var byNumber = events.ToDictionary(found => found.Number);
        var numbers = string.Join(',', byNumber.Keys.Select(number => number.ToString(CultureInfo.InvariantCulture)));
        using var read = new Statement(
            connection,
            $"""
            SELECT s.n, s.space, s.subscription, s.function, d.due, d.event
            FROM deliveries d CROSS JOIN subscriptions s ON s.n = d.subscription WHERE d.event IN ({numbers})
            """);
        while (read.Step())
        {
            var found = byNumber[read.Long(5)];
            var records = _records[found.Number];
            var attempts = records.TryGetValue(read.Long(0), out var record) ? record.Attempts : [];
            var waiting = DeliveryOf(found, read, DeliveryState.Waiting, attempts) with { DueAt = UnixMicroseconds.ToTime(read.Long(4)) };
            records[read.Long(0)] = (waiting, attempts);
        }
    }

    private static LoggedDelivery DeliveryOf(FoundEvent found, Statement row, DeliveryState state, List<DeliveryAttempt> attempts) => new()
    {
        Subscription = new SubscriptionKey(row.Text(1), row.Text(2), row.Text(3)),
        Cause = found.Cause,
        AcceptedAt = found.Summary.AcceptedAt,
        State = state,
        Attempts = attempts,
    };

    private static DeliveryState StateOf(DeliveryFate fate) => fate switch
    {
        DeliveryFate.Delivered => DeliveryState.Delivered,
        DeliveryFate.DeadLettered => DeliveryState.DeadLettered,
        DeliveryFate.Dropped => DeliveryState.Dropped,
        DeliveryFate.Skipped => DeliveryState.Skipped,
        _ => DeliveryState.Waiting,
    };
}
