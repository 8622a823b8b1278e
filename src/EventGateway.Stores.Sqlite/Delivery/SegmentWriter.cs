using System.Runtime.InteropServices;
using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Writes to the file of a segment, on the writer's thread. When anything throws, dispose of it: SQLite rolls back what was
/// not committed.
/// </summary>
internal sealed partial class SegmentWriter : IDisposable
{
    // Characters of an error that are kept: 1 KiB of an answer, and the description before it.
    private const int MaxError = 1024 + 256;

    private readonly Segment _segment;
    private readonly StoreClock _clock;
    private readonly SqliteConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _addEvent;
    private readonly Statement _addBody;
    private readonly Statement _addSubscription;
    private readonly Statement _addDelivery;
    private readonly Statement _deleteDelivery;
    private readonly Statement _addAttempt;
    private readonly Statement _addKey;
    private readonly Statement _commit;
    private readonly Statement _pages;
    private Dictionary<SubscriptionKey, long>? _numbers;
    private TimeSpan? _clockAhead;
    private long _nextNumber;
    private long _nextEvent;

    /// <summary>Opens the file.</summary>
    public SegmentWriter(Segment segment, StoreClock clock, DeliveryStoreSettings settings)
    {
        _segment = segment;
        _clock = clock;
        _connection = segment.File.OpenWriter();

        // If another program has locked this file, appends to other files must not wait long.
        Sql.Execute(_connection, "PRAGMA busy_timeout = 100;");
        settings.WriterOpened?.Invoke(_connection);
        _begin = Prepare("BEGIN IMMEDIATE");
        _addEvent = Prepare("INSERT INTO events (n, space, id, type, source, time, accepted, format, cause, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _addBody = Prepare("INSERT INTO bodies (event, body) VALUES (?, ?)");
        _addSubscription = Prepare("INSERT INTO subscriptions (n, space, subscription, function) VALUES (?, ?, ?, ?)");
        _addDelivery = Prepare("INSERT INTO deliveries (subscription, due, n, event, attempts) VALUES (?, ?, ?, ?, ?)");
        _deleteDelivery = Prepare("DELETE FROM deliveries WHERE subscription = ? AND due = ? AND n = ?");
        _addAttempt = Prepare(
            """
            INSERT OR REPLACE INTO attempts (event, n, subscription, fate, time, duration, outcome, status, error)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        _addKey = EventKeyRows.PrepareAdd(_connection);
        _commit = Prepare("COMMIT");
        _pages = Prepare("PRAGMA page_count");

        // Damage may leave the bytes or attempts of an event whose row is lost, so its number must not be used again.
        _nextEvent = 1 + Math.Max(
            NumberOf("SELECT max(n) FROM events"),
            Math.Max(NumberOf("SELECT max(event) FROM bodies"), NumberOf("SELECT max(event) FROM attempts")));
    }

    /// <summary>When the last transaction began, in the store's time.</summary>
    public long UsedAt { get; private set; }

    /// <summary>By how much the transaction changes the number of deliveries.</summary>
    public long Added { get; private set; }

    /// <summary>By how much it does so in each space.</summary>
    public Dictionary<string, long> AddedBySpace { get; } = new(StringComparer.Ordinal);

    /// <summary>Shortens an error to the part that is kept.</summary>
    public static string? Shorten(string? error) => error?.Length > MaxError ? error[..MaxError] : error;

    /// <summary>Begins a transaction.</summary>
    /// <param name="now">The store's time.</param>
    public void Begin(long now)
    {
        Added = 0;
        AddedBySpace.Clear();
        UsedAt = now;
        _begin.Run();
    }

    /// <summary>Adds an event with its deliveries, due now, and notes in them where they are.</summary>
    public void Append(StoredEvent @event, long due)
    {
        var number = _nextEvent++;
        if (_clockAhead != @event.ClockAhead)
        {
            _segment.Steps.Note(number, @event.ClockAhead);
            _clockAhead = @event.ClockAhead;
        }

        _addEvent.Bind(1, number).Bind(2, @event.Space).Bind(3, @event.Id).Bind(4, @event.Type).Bind(5, @event.Source)
            .Bind(6, @event.Time).Bind(7, UnixMicroseconds.Of(@event.AcceptedAt)).Bind(8, (int)@event.Format).Bind(9, (int)@event.Cause)
            .Bind(10, @event.Checksum).Run();
        _addBody.Bind(1, number).Bind(2, @event.Payload.Body.Span).Run();
        if (@event.Keys is { } keys)
        {
            EventKeyRows.Add(_addKey, keys.First, @event.KeysUntil);
            if (keys.Second is { } second)
            {
                EventKeyRows.Add(_addKey, second, @event.KeysUntil);
            }
        }

        foreach (var delivery in @event.Deliveries)
        {
            delivery.Segment = _segment;
            delivery.Event = number;
            delivery.Number = NumberOf(delivery.Subscription);
            delivery.Position = _clock.Number(due);
            AddDelivery(delivery, delivery.Position, attempts: 0);
        }

        foreach (var (subscription, reason) in @event.Skipped)
        {
            AddAttempt(number, _clock.Number(due).N, NumberOf(subscription), DeliveryFate.Skipped, UnixMicroseconds.Of(@event.AcceptedAt), null, reason);
        }
    }

    /// <summary>Stores the verdict on a delivery, and notes where it waits again.</summary>
    /// <param name="completion">The delivery and its fate.</param>
    /// <param name="now">When the transaction began. The delivery is not due again before.</param>
    /// <param name="log">Whether the attempt is kept.</param>
    public void Complete(CompleteOperation completion, long now, bool log)
    {
        var delivery = completion.Delivery;
        var fate = completion.Verdict.Fate;
        Delete(delivery, delivery.Position);
        if (completion.Next is { } earlier)
        {
            Delete(delivery, earlier);
            completion.Next = null;
        }

        if (completion.Verdict.RetryAt is not { } retryAt)
        {
            // The delivery has ended.
        }
        else if (_segment.IsDropped(delivery.Number))
        {
            fate = DeliveryFate.Dropped;
        }
        else
        {
            var next = _clock.Number(Math.Max(now, _clock.FromSteady(retryAt)));
            completion.Next = next;
            AddDelivery(delivery, next, delivery.Attempts + (fate is DeliveryFate.Held ? 0 : 1));
        }

        if (log && fate is not DeliveryFate.Held)
        {
            var attempt = completion.Verdict.Attempt;
            var time = attempt is null ? _clock.ToWall(now) : UnixMicroseconds.Of(attempt.Time);
            AddAttempt(delivery.Event, delivery.Position.N, delivery.Number, fate, time, attempt, attempt?.Error);
        }
    }

    /// <summary>Commits the transaction. Its changes are on disk when this returns.</summary>
    /// <returns>How many pages were written.</returns>
    public int Commit()
    {
        _commit.Run();
        sqlite3_db_status(_connection.Handle, SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    /// <summary>
    /// Copies the few pages that a checkpoint left in the log, so that the next transaction restarts the log. Overwriting an old
    /// log is faster than making it longer. Readers that still use the log prevent the restart.
    /// </summary>
    public void FinishCheckpoint()
    {
        var code = sqlite3_wal_checkpoint_v2(_connection.Handle, "main", SQLITE_CHECKPOINT_PASSIVE, out _, out _);

        // Busy means that the next checkpoint has begun already.
        if (code is not SQLITE_BUSY)
        {
            SqliteException.ThrowExceptionForRC(code, _connection.Handle);
        }
    }

    /// <summary>How many pages the file has.</summary>
    public long CountPages() => _pages.RunForNumber();

    /// <summary>
    /// Leaves the log for the next checkpoint when the connection is closed. Otherwise SQLite copies it at once, and appends to
    /// other files wait.
    /// </summary>
    public void KeepLog() => sqlite3_db_config(_connection.Handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    /// <inheritdoc/>
    public void Dispose()
    {
        _begin.Dispose();
        _addEvent.Dispose();
        _addBody.Dispose();
        _addSubscription.Dispose();
        _addDelivery.Dispose();
        _deleteDelivery.Dispose();
        _addAttempt.Dispose();
        _addKey.Dispose();
        _commit.Dispose();
        _pages.Dispose();
        _connection.Dispose();
    }

    // Without an attempt, the row has the end of a delivery that was never tried.
    private void AddAttempt(long @event, long n, long subscription, DeliveryFate fate, long time, DeliveryAttempt? attempt, string? error) =>
        _addAttempt.Bind(1, @event).Bind(2, n).Bind(3, subscription).Bind(4, (int)fate).Bind(5, time)
            .Bind(6, attempt?.Duration.Ticks / TimeSpan.TicksPerMicrosecond).Bind(7, (int?)attempt?.Outcome).Bind(8, attempt?.Status)
            .Bind(9, Shorten(error)).Run();

    private void AddDelivery(SqliteDelivery delivery, QueuePosition position, int attempts)
    {
        _addDelivery.Bind(1, delivery.Number).Bind(2, position.Due).Bind(3, position.N).Bind(4, delivery.Event).Bind(5, attempts).Run();
        Count(delivery.Subscription.Space, 1);
    }

    private void Delete(SqliteDelivery delivery, QueuePosition position) => Delete(delivery.Subscription.Space, delivery.Number, position);

    private void Delete(string space, long number, QueuePosition position) =>
        Count(space, -_deleteDelivery.Bind(1, number).Bind(2, position.Due).Bind(3, position.N).RunAndCount());

    private void Count(string space, int added)
    {
        Added += added;
        CollectionsMarshal.GetValueRefOrAddDefault(AddedBySpace, space, out _) += added;
    }

    private long NumberOf(SubscriptionKey subscription)
    {
        _numbers ??= ReadNumbers();
        return _numbers.TryGetValue(subscription, out var number) ? number : AddNumber(subscription);
    }

    private long AddNumber(SubscriptionKey subscription)
    {
        var number = _nextNumber++;
        _addSubscription.Bind(1, number).Bind(2, subscription.Space).Bind(3, subscription.SubscriptionId).Bind(4, subscription.FunctionId).Run();
        _numbers![subscription] = number;
        return number;
    }

    private Dictionary<SubscriptionKey, long> ReadNumbers()
    {
        var numbers = new Dictionary<SubscriptionKey, long>();

        // Deliveries may have the number of a lost subscription. Another subscription must not get that number.
        _nextNumber = 1 + NumberOf("SELECT max(subscription) FROM deliveries");
        using var read = Prepare("SELECT n, space, subscription, function FROM subscriptions ORDER BY n");
        while (read.Step())
        {
            // Only the last number of a subscription is valid.
            numbers[new SubscriptionKey(read.Text(1), read.Text(2), read.Text(3))] = read.Long(0);
            _nextNumber = Math.Max(_nextNumber, read.Long(0) + 1);
        }

        return numbers;
    }

    private long NumberOf(string sql)
    {
        using var statement = Prepare(sql);
        return statement.RunForNumber();
    }

    private Statement Prepare(string sql) => new(_connection, sql);
}
