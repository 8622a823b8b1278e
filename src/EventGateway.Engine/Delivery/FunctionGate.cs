using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Bounds the calls of one function: a number at once, and none while its circuit breaker is open. A caller that is refused
/// waits in line, and gets the next call that becomes free.
/// </summary>
internal sealed class FunctionGate(FunctionKey function, int concurrency, TimeProvider timeProvider, Action<FunctionKey, CircuitState> changed) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<IGateCaller> _line = new();
    private readonly CircuitBreaker _breaker = new();
    private ITimer? _timer;
    private int _calls;
    private int _epoch;
    private bool _mayProbe;
    private long _leasedBytes;

    /// <summary>The state of the circuit breaker.</summary>
    public CircuitState State
    {
        get
        {
            lock (_lock)
            {
                return _breaker.State;
            }
        }
    }

    /// <summary>Whether as many calls are under way as may be.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _calls >= concurrency;
            }
        }
    }

    /// <summary>The bytes of stored events that are in memory for deliveries to the function.</summary>
    public long LeasedBytes => Interlocked.Read(ref _leasedBytes);

    /// <summary>The approximate size of the largest of these events, in bytes. It bounds the next lease, and needs no lock.</summary>
    public int MaxLeased { get; set; }

    /// <summary>Adds to <see cref="LeasedBytes"/>.</summary>
    /// <param name="bytes">The number of bytes. Negative when deliveries have ended.</param>
    public void CountLeased(long bytes) => Interlocked.Add(ref _leasedBytes, bytes);

    /// <summary>Grows with each <see cref="Reset"/>. A call that began before one says nothing about the function.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>Begins a call. Each success must be matched by one <see cref="Leave"/>.</summary>
    /// <returns>Whether the call may be made now. If not, the caller is granted one later, once however often it asks.</returns>
    public bool TryEnter(IGateCaller caller)
    {
        lock (_lock)
        {
            if (_line.Count == 0 && HasRoom)
            {
                Begin();
                return true;
            }

            if (!caller.IsInLine)
            {
                caller.IsInLine = true;
                _line.Enqueue(caller);
            }

            return false;
        }
    }

    /// <summary>Ends a call.</summary>
    /// <param name="healthy">Whether the function is well. Null when the call says nothing about it.</param>
    /// <param name="epoch">The <see cref="Epoch"/> when the call began. Null means the present one.</param>
    public void Leave(bool? healthy, int? epoch = null)
    {
        CircuitState? now = null;
        lock (_lock)
        {
            _calls--;
            healthy = (epoch ?? _epoch) == _epoch ? healthy : null;
            var before = _breaker.State;
            if (healthy is true)
            {
                _breaker.Succeed();
                _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            else if (healthy is false && _breaker.Fail() is { } pause)
            {
                _timer ??= timeProvider.CreateTimer(static gate => ((FunctionGate)gate!).Probe(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(pause, Timeout.InfiniteTimeSpan);
            }

            // A probe that was not made says nothing, so another may be made.
            _mayProbe = healthy is null && _breaker.State is CircuitState.HalfOpen;
            now = _breaker.State == before ? null : _breaker.State;
        }

        Grant();
        if (now is { } state)
        {
            changed(function, state);
        }
    }

    /// <summary>Makes a probe now, unless the circuit breaker is closed. It does not wait for calls that are under way, which may hang.</summary>
    public void ProbeNow()
    {
        bool wasOpen;
        lock (_lock)
        {
            if (_breaker.State is CircuitState.Closed)
            {
                return;
            }

            wasOpen = _breaker.Probe();
            _mayProbe = true;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        Grant();
        if (wasOpen)
        {
            changed(function, CircuitState.HalfOpen);
        }
    }

    /// <summary>Closes the circuit breaker, because the function was changed. Calls that are under way do not count any more.</summary>
    /// <returns>Whether it was not closed.</returns>
    public bool Reset()
    {
        bool wasClosed;
        lock (_lock)
        {
            wasClosed = _breaker.State is CircuitState.Closed;
            _breaker.Succeed();
            _epoch++;
            _mayProbe = false;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        Grant();
        return !wasClosed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
            _line.Clear();
        }
    }

    private bool HasRoom => _breaker.State switch
    {
        CircuitState.Closed => _calls < concurrency,
        CircuitState.HalfOpen => _calls == 0 || (_mayProbe && _calls < concurrency),
        _ => false,
    };

    // Must be called inside the lock.
    private void Begin()
    {
        _calls++;
        _mayProbe = false;
    }

    private void Probe()
    {
        lock (_lock)
        {
            if (!_breaker.Probe())
            {
                return;
            }
        }

        Grant();
        changed(function, CircuitState.HalfOpen);
    }

    // Grants free calls to the callers in line. Must run outside the lock, because a caller may give its call back at once.
    private void Grant()
    {
        while (true)
        {
            IGateCaller caller;
            lock (_lock)
            {
                if (!HasRoom || !_line.TryDequeue(out caller!))
                {
                    return;
                }

                caller.IsInLine = false;
                Begin();
            }

            caller.Grant();
        }
    }
}
