namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The operations that wait for the writer, in three queues of the same size: appends, deliveries that become dead letters,
/// and all others. A full queue does not hold up the other two. Appends are refused when theirs is full; the others wait for
/// room. Safe for concurrent use, with one thread that takes operations.
/// </summary>
internal sealed class OperationQueue
{
    // More completions than this are taken without delay.
    private const int MaxDelayedCompletions = 128;

    private readonly object _gate = new();
    private readonly DeliveryStoreSettings _settings;
    private readonly BoundedOperations _appends;
    private readonly BoundedOperations _others;
    private readonly BoundedOperations _deadLetters;
    private TaskCompletionSource? _room;
    private bool _closed;
    private bool _woken;

    public OperationQueue(DeliveryStoreSettings settings)
    {
        _settings = settings;
        _appends = new BoundedOperations(settings);
        _others = new BoundedOperations(settings);
        _deadLetters = new BoundedOperations(settings);
    }

    /// <summary>Whether an append would be refused.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _closed || _appends.IsFull;
            }
        }
    }

    /// <summary>Whether deliveries that become dead letters wait in the queue.</summary>
    public bool HasDeadLetters
    {
        get
        {
            lock (_gate)
            {
                return _deadLetters.Count > 0;
            }
        }
    }

    /// <summary>Adds an append.</summary>
    /// <returns>Whether there was room.</returns>
    public bool TryAdd(AppendOperation operation)
    {
        lock (_gate)
        {
            if (_closed || _appends.IsFull)
            {
                return false;
            }

            _appends.Add(operation);
            WakeFor(operation, _appends);
            return true;
        }
    }

    /// <summary>Adds an operation that can't be refused, once there is room.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async ValueTask AddAsync(Operation operation, CancellationToken cancellationToken)
    {
        while (!TryAdd(operation, out var room))
        {
            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes operations, in order, appends first. Waits until there are some.</summary>
    /// <param name="into">Receives them.</param>
    /// <param name="atMost">How long to wait. Null means no limit.</param>
    /// <param name="others">Whether to take operations that are neither appends nor dead letters.</param>
    /// <param name="deadLetters">Whether to take deliveries that become dead letters.</param>
    /// <returns>False when the queue is closed and empty.</returns>
    public bool Take(List<Operation> into, TimeSpan? atMost, bool others = true, bool deadLetters = true)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            WaitForWork(atMost, others, deadLetters);
            _appends.Take(into);
            if (others)
            {
                _others.Take(into);
            }

            if (deadLetters)
            {
                _deadLetters.Take(into);
            }

            if (into.Count == 0 && _closed)
            {
                return false;
            }

            _woken = false;
            (room, _room) = (_room, null);
        }

        room?.SetResult();
        return true;
    }

    /// <summary>Makes <see cref="Take"/> return, even without operations.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Refuses further operations, and those that wait for room.</summary>
    public void Close()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _closed = true;
            (room, _room) = (_room, null);
            Monitor.Pulse(_gate);
        }

        room?.SetResult();
    }

    // Must be called inside the lock. Appends are urgent, because requests wait for the answer. A completion waits a moment for
    // an append or for other completions, because a transaction of its own would make the next append wait.
    private void WaitForWork(TimeSpan? atMost, bool others, bool deadLetters)
    {
        var end = atMost is { } wait ? Environment.TickCount64 + (long)wait.TotalMilliseconds : long.MaxValue;
        while (_appends.Count == 0 && !(others && _others.Urgent > 0) && !_closed && !_woken)
        {
            var waiting = (others ? _others.Count : 0) + (deadLetters ? _deadLetters.Count : 0);
            if (waiting >= MaxDelayedCompletions)
            {
                return;
            }

            if (waiting > 0)
            {
                end = Math.Min(end, Environment.TickCount64 + (long)_settings.CompletionDelay.TotalMilliseconds);
            }

            var left = end == long.MaxValue ? Timeout.Infinite : (int)Math.Min(int.MaxValue, end - Environment.TickCount64);
            if (left is < 0 and not Timeout.Infinite or 0 || !Monitor.Wait(_gate, left))
            {
                return;
            }
        }
    }

    private bool TryAdd(Operation operation, out Task room)
    {
        room = Task.CompletedTask;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteDeliveryStore));
            var row = operation is CompleteOperation { IsPendingDeadLetter: true } ? _deadLetters : _others;
            if (row.IsFull)
            {
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
                return false;
            }

            row.Add(operation);
            WakeFor(operation, row);
            return true;
        }
    }

    // Must be called inside the lock. Wakes the writer only when it would otherwise wait on.
    private void WakeFor(Operation operation, BoundedOperations row)
    {
        if (operation.IsUrgent ? row.Urgent == 1 : row.Count is 1 or MaxDelayedCompletions)
        {
            Monitor.Pulse(_gate);
        }
    }
}
