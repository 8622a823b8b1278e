using System.Diagnostics.Metrics;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Keeps deliveries in SQLite files, the segments, in a directory that only this process uses. Delivers at least once.
/// </summary>
/// <remarks>
/// An append is answered when it is on disk (<c>synchronous=FULL</c>). Appends that arrive together share a transaction,
/// and so do completions. A lease is only in memory: after a crash, deliveries whose completion was not stored are leased
/// again. Memory does not grow with the number of waiting deliveries.
/// </remarks>
public sealed partial class SqliteDeliveryStore : IDeliveryStore, IDeadLetterStore, IEventLog, IReplayStore, IFailureStore, IWaitingDeliveries, IMeasuredStore, IStoreHealth, IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly SqliteDeliveryOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly SteadyTimeProvider _steady;
    private readonly QueueTable _queues;
    private readonly OperationQueue _operations;
    private readonly DeadLetters _deadLetters;
    private readonly EventLog _log;
    private readonly SmallFile _small;
    private readonly ReplayTable _replays;
    private readonly FailureTable _failures;
    private readonly WaitingDeliveries _waiting;
    private readonly StoreFiles _files;
    private readonly Segments _segments;
    private readonly StoreClock _clock;
    private readonly SegmentWriters _segmentWriters;
    private readonly StoreWriter _writer;
    private readonly OpenReaders _readers;
    private readonly StoreMaintenance _maintenance;
    private readonly BackgroundCheck _check;
    private readonly BacklogReader _backlog;
    private readonly DamagedEvents _damagedEvents;
    private int _disposed;

    /// <inheritdoc/>
    public bool IsDurable => true;

    /// <summary>
    /// How many deliveries wait or are leased, without dead letters. After the opening it grows until the deliveries from
    /// before are counted.
    /// </summary>
    public long Count => _segments.Waiting;

    /// <inheritdoc/>
    public Action<DeadLetter, DeliveryAttempt?>? Stored
    {
        get => _deadLetters.Stored;
        set => _deadLetters.Stored = value;
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoreFault> Faults => _files.Faults.List();

    /// <inheritdoc/>
    public IReadOnlyCollection<SpaceBacklog> ReadBacklog() => _backlog.Read();

    /// <inheritdoc/>
    public void AddInstruments(IMeterFactory meterFactory)
    {
        var metrics = new StoreMetrics(meterFactory);
        _segmentWriters.Metrics = metrics;
        _damagedEvents.Metrics = metrics;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyCollection<SubscriptionKey>> ListWaitingAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyCollection<SubscriptionKey>>(_queues.List());

    /// <inheritdoc/>
    public ValueTask<AcceptResult> AppendAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (_operations.IsFull || _segments.BacklogBytes >= BacklogBytesFor(events))
        {
            return ValueTask.FromResult(AcceptResult.Full);
        }

        // Encoded on the thread of the request, because all requests share the writer.
        var append = AppendOperation.Of(events, _timeProvider.GetUtcNow(), _steady.ClockAhead, _options.KeepsLog);
        return append.Events.Count == 0 ? ValueTask.FromResult(AcceptResult.Accepted)
            : _operations.TryAdd(append) ? new ValueTask<AcceptResult>(append.Answered) : ValueTask.FromResult(AcceptResult.Full);
    }

    private static bool AnyWaits(IReadOnlyList<EventDeliveries> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Routes.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    // System events and replayed events may take half of the bytes, so that a slow subscriber to them does not take the room of
    // new events. Events that only disabled subscriptions match do not wait.
    private long BacklogBytesFor(IReadOnlyList<EventDeliveries> events) =>
        !AnyWaits(events) ? long.MaxValue
        : events.Count > 0 && (events[0].Cause is DeliveryCause.Replayed || GatewayEvents.IsSystemType(events[0].Event.Type))
            ? _options.BacklogBytes / 2
            : _options.BacklogBytes;

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(SubscriptionKey subscription, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var (segment, number) in _queues.ListNumbers(subscription))
        {
            count += await segment.CountAsync(number, cancellationToken);
        }

        return count;
    }

    /// <inheritdoc/>
    public async ValueTask<DropResult> DropAsync(
        IReadOnlyCollection<SubscriptionKey> subscriptions, IReadOnlyCollection<long>? files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);

        // A damaged file may have deliveries that the queues do not know.
        if (!subscriptions.Any(_queues.Has) && !_segments.All.Any(static segment => segment.Damage.IsSet))
        {
            return new DropResult(0, []);
        }

        var drop = new DropOperation(subscriptions, files);
        await _operations.AddAsync(drop, cancellationToken);
        return await drop.Dropped.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(LeasedDelivery delivery, DeliveryVerdict verdict, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (verdict.RetryAt is { } due)
        {
            _queues.BeginRetry(delivery.Subscription, _clock.FromSteady(due));
        }

        return _operations.AddAsync(new CompleteOperation((SqliteDelivery)delivery, verdict), cancellationToken);
    }

    /// <summary>Carries out the operations that wait, and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _check.DisposeAsync();
        _operations.Close();
        await _writer.Stopped;
        await _maintenance.DisposeAsync();
        _deadLetters.Dispose();
        _segments.Close();
        _small.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellationToken) =>
        _deadLetters.ListAsync(filter, limit, cursor, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<EventSummary>> ListAsync(EventFilter filter, int limit, string? cursor, CancellationToken cancellationToken) =>
        _log.ListAsync(filter, limit, cursor, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<WaitingDelivery>> ListAsync(
        WaitingFilter filter, Func<SubscriptionKey, bool> selects, int limit, string? cursor, CancellationToken cancellationToken) =>
        _waiting.ListAsync(filter, selects, limit, cursor, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DueDeliveries> RetryAsync(
        WaitingFilter filter, Func<SubscriptionKey, bool> selects, CancellationToken cancellationToken) =>
        _waiting.RetryAsync(filter, selects, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LogPart> ReadAsync(LogRange range, string? position, int limit, long bytes, CancellationToken cancellationToken) =>
        _log.ReadAsync(range, position, limit, bytes, cancellationToken);

    /// <inheritdoc/>
    ValueTask<LoggedEvent?> IEventLog.FindAsync(string space, string eventId, string? source, CancellationToken cancellationToken) =>
        _log.FindAsync(space, eventId, source, cancellationToken);

    /// <inheritdoc/>
    ValueTask<DeadLetter?> IDeadLetterStore.FindAsync(string space, string deadLetterId, CancellationToken cancellationToken) =>
        _deadLetters.FindAsync(space, deadLetterId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Redelivery> RedeliverAsync(
        DeadLetterFilter filter, Func<SubscriptionKey, bool> hasRoute, CancellationToken cancellationToken) =>
        _deadLetters.RedeliverAsync(filter, hasRoute, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> DeleteAsync(DeadLetterFilter filter, CancellationToken cancellationToken) =>
        _deadLetters.DeleteAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Replay>> ListAsync(CancellationToken cancellationToken) => _replays.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveAsync(Replay replay, CancellationToken cancellationToken) => _replays.SaveAsync(replay, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string space, string replayId, CancellationToken cancellationToken) =>
        _replays.DeleteAsync(space, replayId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FailingSubscription>> ListFailingAsync(CancellationToken cancellationToken) => _failures.ListFailingAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveFailingAsync(FailingSubscription failing, CancellationToken cancellationToken) =>
        _failures.SaveFailingAsync(failing, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DeleteFailingAsync(string space, string subscriptionId, CancellationToken cancellationToken) =>
        _failures.DeleteFailingAsync(space, subscriptionId, cancellationToken);

    /// <summary>Closes the files that were not read for a while; the background does it every 30 s.</summary>
    internal void CloseIdleFiles() => _readers.CloseIdle();

    /// <summary>Completes when all earlier operations are on disk.</summary>
    internal async ValueTask FlushAsync()
    {
        var flush = new FlushOperation();
        await _operations.AddAsync(flush, CancellationToken.None);
        await flush.Flushed;
    }
}
