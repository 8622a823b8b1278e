using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Lets the lanes of one function call it: a bounded number of calls at once, and none while it is broken. A lane that is
/// refused waits in line, and is handed the next call that becomes free.
/// </summary>
internal sealed class FunctionGate(FunctionKey function, int concurrency, TimeProvider timeProvider, Action<FunctionKey, CircuitState> changed) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<DeliveryLane> _line = new();
    private readonly CircuitBreaker _breaker = new();
    private ITimer? _timer;
    private int _calls;
    private long _leasedBytes;

    /// <summary>Whether the function is called.</summary>
    public CircuitState State
    {
        get
        {
            lock (_gate)
            {
                return _breaker.State;
            }
        }
    }

    /// <summary>Bytes of stored events that are in memory to be delivered to the function.</summary>
    public long LeasedBytes => Interlocked.Read(ref _leasedBytes);

    /// <summary>About how large the largest of these are, in bytes; the next lease is bounded by it. Approximate, so it needs no lock.</summary>
    public int LargestLeased { get; set; }

    /// <summary>Adds to <see cref="LeasedBytes"/>.</summary>
    /// <param name="bytes">How many; fewer than none when deliveries have ended.</param>
    public void CountLeased(long bytes) => Interlocked.Add(ref _leasedBytes, bytes);

    /// <summary>Begins a call. Each success is matched by one <see cref="Leave"/>.</summary>
    /// <returns>Whether the call may be made now. If not, the lane is granted one later, once for however often it asks.</returns>
    public bool TryEnter(DeliveryLane lane)
    {
        lock (_gate)
        {
            if (_line.Count == 0 && HasRoom)
            {
                _calls++;
                return true;
            }

            if (!lane.IsInLine)
            {
                lane.IsInLine = true;
                _line.Enqueue(lane);
            }

            return false;
        }
    }

    /// <summary>Ends a call.</summary>
    /// <param name="healthy">Whether the function is well. Not set: the call said nothing about it.</param>
    public void Leave(bool? healthy)
    {
        CircuitState? now = null;
        lock (_gate)
        {
            _calls--;
            var before = _breaker.State;
            if (healthy is true)
            {
                _breaker.Succeed();
            }
            else if (healthy is false && _breaker.Fail() is { } pause)
            {
                _timer ??= timeProvider.CreateTimer(static gate => ((FunctionGate)gate!).Probe(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(pause, Timeout.InfiniteTimeSpan);
            }

            now = _breaker.State == before ? null : _breaker.State;
        }

        if (now is { } state)
        {
            changed(function, state);
        }

        Grant();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            _line.Clear();
        }
    }

    private bool HasRoom => _breaker.State switch
    {
        CircuitState.Closed => _calls < concurrency,
        CircuitState.HalfOpen => _calls == 0,
        _ => false,
    };

    private void Probe()
    {
        lock (_gate)
        {
            _breaker.Probe();
        }

        changed(function, CircuitState.HalfOpen);
        Grant();
    }

    // Hands free calls to those in line. Outside the lock, since a lane may give its call back at once.
    private void Grant()
    {
        while (true)
        {
            DeliveryLane lane;
            lock (_gate)
            {
                if (!HasRoom || !_line.TryDequeue(out lane!))
                {
                    return;
                }

                lane.IsInLine = false;
                _calls++;
            }

            lane.Grant();
        }
    }
}
