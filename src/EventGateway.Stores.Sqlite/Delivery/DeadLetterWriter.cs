using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Writes dead letters, on the writer's thread. When anything throws, dispose of it.</summary>
internal sealed class DeadLetterWriter : IDisposable
{
    // Damage may leave no bytes of an event, and the column does not accept NULL.
    private static readonly byte[] NoBytes = [0];

    private readonly SqliteConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _add;
    private readonly Statement _delete;
    private readonly Statement _commit;

    public DeadLetterWriter(DeliveryFile file)
    {
        // Dead letters are rare, so a commit may take the time to shorten the log.
        _connection = file.OpenSmall();
        // All other work waits for this thread. If another program has locked the file, dead letters are retried later.
        Sql.Execute(_connection, "PRAGMA busy_timeout = 100;");
        _begin = new Statement(_connection, "BEGIN IMMEDIATE");
        _add = new Statement(
            _connection,
            """
            INSERT INTO dead_letters (space, subscription, function, event, type, accepted, died, attempts, reason, status, format, body,
                from_period, from_event, from_subscription, error, checksum)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET died = excluded.died, attempts = excluded.attempts, reason = excluded.reason, status = excluded.status,
                error = excluded.error
            RETURNING n
            """);
        _delete = new Statement(_connection, "DELETE FROM dead_letters WHERE n = ?");
        _commit = new Statement(_connection, "COMMIT");
    }

    /// <summary>Stores dead letters; they are on disk then.</summary>
    public void Add(List<CompleteOperation> completions, long now)
    {
        _begin.Run();
        foreach (var completion in completions)
        {
            var (delivery, verdict) = (completion.Delivery, completion.Verdict);
            var key = delivery.Subscription;
            _add.Bind(1, key.Space).Bind(2, key.SubscriptionId).Bind(3, key.FunctionId).Bind(4, delivery.EventId).Bind(5, delivery.EventType)
                .Bind(6, UnixMicroseconds.Of(delivery.AcceptedAt)).Bind(7, now)
                .Bind(8, delivery.Attempts + (verdict.Attempt is null ? 0 : 1)).Bind(9, verdict.Reason ?? "").Bind(10, verdict.Attempt?.Status)
                .Bind(11, (int)delivery.Format).Bind(12, delivery.Payload.Body.IsEmpty ? NoBytes : delivery.Payload.Body.Span)
                .Bind(13, delivery.Segment.Number).Bind(14, delivery.Event).Bind(15, delivery.Number)
                .Bind(16, SegmentWriter.Shorten(verdict.Attempt?.Error))
                .Bind(17, delivery.Checksum is 0 ? null : delivery.Checksum);
            _add.Step();
            completion.DeadLetter = _add.Long(0);
            _add.Step();
        }

        _commit.Run();
    }

    /// <summary>Stores the store's time, so that it continues from there after a restart.</summary>
    public void NoteClock(long now)
    {
        using var note = new Statement(_connection, "UPDATE state SET clock = ?");
        note.Bind(1, now).Run();
    }

    /// <summary>Deletes dead letters.</summary>
    /// <returns>How many there were.</returns>
    public int Delete(List<long> numbers)
    {
        _begin.Run();
        var deleted = 0;
        foreach (var number in numbers)
        {
            deleted += _delete.Bind(1, number).RunAndCount();
        }

        _commit.Run();
        return deleted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _begin.Dispose();
        _add.Dispose();
        _delete.Dispose();
        _commit.Dispose();
        _connection.Dispose();
    }
}
