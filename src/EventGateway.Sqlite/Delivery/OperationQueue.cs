namespace EventGateway.Sqlite.Delivery;

/// <summary>
/// What waits for the writer, bounded by number and bytes. Appends are refused where there is no room; completions have as
/// much room again, and wait when that is full too. Safe for concurrent use, with one thread that takes.
/// </summary>
internal sealed class OperationQueue(DeliveryStoreSettings settings)
{
    // More completions than this do not wait for company.
    private const int ManyCompletions = 128;

    private readonly object _gate = new();
    private readonly Queue<Operation> _operations = [];
    private TaskCompletionSource? _room;
    private long _bytes;
    private int _urgent;
    private bool _closed;

    /// <summary>Whether an append would be refused.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _closed || _operations.Count >= settings.QueueLength || _bytes >= settings.QueueBytes;
            }
        }
    }

    /// <summary>Adds an append.</summary>
    /// <returns>Whether there was room.</returns>
    public bool TryAdd(AppendOperation operation)
    {
        lock (_gate)
        {
            if (_closed || _operations.Count >= settings.QueueLength || _bytes >= settings.QueueBytes)
            {
                return false;
            }

            Add(operation, urgent: true);
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

    /// <summary>Takes operations, in order. Waits until there are some.</summary>
    /// <param name="into">Takes them.</param>
    /// <param name="atMost">Returns without any after this time. Not set: never.</param>
    /// <returns>Whether there may be more; false once the queue is closed and empty.</returns>
    public bool Take(List<Operation> into, TimeSpan? atMost)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            WaitForWork(atMost);
            var bytes = 0L;
            while (into.Count < settings.GroupLength && bytes < settings.GroupBytes && _operations.TryDequeue(out var operation))
            {
                into.Add(operation);
                bytes += operation.Size;
                _urgent -= operation is CompleteOperation ? 0 : 1;
            }

            _bytes -= bytes;
            if (into.Count == 0 && _closed)
            {
                return false;
            }

            (room, _room) = (_room, null);
        }

        room?.SetResult();
        return true;
    }

    /// <summary>Refuses whatever comes from now on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    // Needs the lock. Appends are urgent: someone waits for the answer. A completion waits a moment for an append, or for
    // other completions, since a transaction of its own would make the next append wait.
    private void WaitForWork(TimeSpan? atMost)
    {
        var end = atMost is { } wait ? Environment.TickCount64 + (long)wait.TotalMilliseconds : long.MaxValue;
        while (_urgent == 0 && _operations.Count < ManyCompletions && !_closed)
        {
            if (_operations.Count > 0)
            {
                end = Math.Min(end, Environment.TickCount64 + (long)settings.CompletionDelay.TotalMilliseconds);
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
            if (_operations.Count >= settings.QueueLength * 2L || _bytes >= settings.QueueBytes * 2)
            {
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
                return false;
            }

            Add(operation, urgent: operation is not CompleteOperation);
            return true;
        }
    }

    // Needs the lock.
    private void Add(Operation operation, bool urgent)
    {
        _operations.Enqueue(operation);
        _bytes += operation.Size;
        _urgent += urgent ? 1 : 0;
        if (_operations.Count == 1 || _operations.Count == ManyCompletions || (urgent && _urgent == 1))
        {
            Monitor.Pulse(_gate);
        }
    }
}
