namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Carries out what callers ask of the store, on a thread of its own. Appends that fail are refused; completions that fail
/// are retried until they succeed. Dead letters that cannot be stored, and files that cannot be written, do not hold up
/// anything else.
/// </summary>
/// <remarks>
/// The way of an append:
/// <list type="number">
/// <item>The request's thread encodes the events and adds an <see cref="AppendOperation"/> to the <see cref="OperationQueue"/>.</item>
/// <item>This thread takes all operations that have arrived. They form a group.</item>
/// <item><see cref="GroupWriter"/> writes the appends of the group, and the completions of the same segment, in one
/// transaction. Its commit returns when the data is on disk: all of them share one fsync.</item>
/// <item>The <see cref="QueueTable"/> takes up the deliveries, so that they can be leased.</item>
/// <item>Each append is answered: accepted, or full when the transaction failed.</item>
/// <item>Then come dead letters, completions of other segments, dropped deliveries, deliveries that are made due, and the rotation of segments.</item>
/// </list>
/// </remarks>
internal sealed class StoreWriter
{
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(30);

    private readonly OperationQueue _operations;
    private readonly GroupWriter _group;
    private readonly PendingDeadLetters _deadLetters;
    private readonly DropWriter _drops;
    private readonly RetryWriter _retries;
    private readonly SegmentRotation _rotation;
    private readonly SegmentWriters _writers;
    private readonly TimeSpan _failureDelay;
    private readonly List<Operation> _taken = [];
    private readonly List<FlushOperation> _flushes = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoreWriter(
        OperationQueue operations,
        GroupWriter group,
        PendingDeadLetters deadLetters,
        DropWriter drops,
        RetryWriter retries,
        SegmentRotation rotation,
        SegmentWriters writers,
        TimeSpan failureDelay)
    {
        _operations = operations;
        _group = group;
        _deadLetters = deadLetters;
        _drops = drops;
        _retries = retries;
        _rotation = rotation;
        _writers = writers;
        _failureDelay = failureDelay;
        new Thread(Run) { IsBackground = true, Name = "delivery store writer" }.Start();
    }

    /// <summary>Completes when the queue was closed and its operations are carried out or have failed.</summary>
    public Task Stopped => _stopped.Task;

    private void Run()
    {
        var wait = TimeSpan.Zero;
        while (_operations.Take(_taken, wait, others: _group.HasRoom, deadLetters: _deadLetters.Count == 0))
        {
            Sort();
            _writers.ReleaseDamaged();
            _deadLetters.ReleaseDamaged();
            var isStored = TryWriteGroup();
            isStored &= _rotation.TryRun();
            _deadLetters.NoteClock(_group.StoredAt);
            isStored &= _drops.Count > 0 || _drops.TryDeleteRows();
            wait = NextWait(isStored);
        }

        _drops.FailAll();
        _retries.FailAll();
        CompleteFlushes();
        _deadLetters.NoteClock(_group.StoredAt, force: true);
        _deadLetters.Dispose();
        _stopped.SetResult();
    }

    private void Sort()
    {
        foreach (var operation in _taken)
        {
            switch (operation)
            {
                case AppendOperation append:
                    _group.Add(append);
                    break;
                case CompleteOperation { IsPendingDeadLetter: true } completion:
                    _deadLetters.Add(completion);
                    break;
                case CompleteOperation completion:
                    _group.Add(completion);
                    break;
                case DeleteDeadLettersOperation deletion:
                    _deadLetters.Add(deletion);
                    break;
                case DropOperation drop:
                    _drops.Add(drop);
                    break;
                case RetryOperation retry:
                    _retries.Add(retry);
                    break;
                case FlushOperation flush:
                    _flushes.Add(flush);
                    break;
            }
        }

        _taken.Clear();
    }

    // The appends come first because requests wait for their answers.
    private bool TryWriteGroup()
    {
        var isStored = _group.TryWriteAppends();
        foreach (var completion in _deadLetters.Write())
        {
            _group.Add(completion);
        }

        isStored &= _group.TryWriteCompletions();
        _drops.DropNext();
        _retries.RunNext();
        return isStored;
    }

    // How long the next group may be waited for.
    private TimeSpan NextWait(bool isStored)
    {
        if (!isStored || _deadLetters.Count > 0)
        {
            return _failureDelay;
        }

        if (_operations.HasDeadLetters || _drops.Count > 0 || _drops.HasRows || _retries.Count > 0 || !_rotation.AreAllCounted)
        {
            return TimeSpan.Zero;
        }

        CompleteFlushes();
        return IdleInterval;
    }

    private void CompleteFlushes()
    {
        _flushes.ForEach(static flush => flush.Complete());
        _flushes.Clear();
    }
}
