using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Makes the deliveries of one subscription, a bounded number at once. Its workers share a small window of leased
/// deliveries; the one that finds it empty fills it. A lane without work takes itself out of the dispatcher's table.
/// </summary>
internal sealed class DeliveryLane(Dispatcher dispatcher, SubscriptionKey subscription, FunctionGate gate, RateLimiter limiter, int concurrency) : IThreadPoolWorkItem
{
    private const int MaxWindow = 32;
    private const int DeliveriesPerTurn = 64;

    private readonly Lock _gate = new();
    private readonly LeasedDelivery?[] _window = new LeasedDelivery?[Math.Min(MaxWindow, concurrency)];

    // One worker until it has found out with the first lease what the subscription allows.
    private LaneLimits _limits = new(1, null);
    private int _next;
    private int _leased;
    private int _workers;
    private int _granted;
    private bool _leasing;
    private bool _mayHaveMore;
    private bool _closed;

    private enum Step
    {
        Deliver,
        Lease,
        End,
    }

    /// <summary>Whether the lane waits in the line of its function's gate, whose lock guards this.</summary>
    public bool IsInLine { get; set; }

    /// <summary>Says that deliveries were stored, or are due.</summary>
    /// <returns>Whether the lane sees to them; false where it has closed and another is needed.</returns>
    public bool TrySignal()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _mayHaveMore = true;
            if (_leasing || _workers >= _limits.Concurrency)
            {
                return true;
            }

            _workers++;
        }

        Start();
        return true;
    }

    /// <summary>Takes a call that the gate of the function grants.</summary>
    public void Grant()
    {
        lock (_gate)
        {
            _granted++;
            if (_workers >= _limits.Concurrency)
            {
                // Each worker takes a grant before it asks for a call.
                return;
            }

            _workers++;
        }

        Start();
    }

    /// <summary>Runs one worker.</summary>
    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private void Start() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    // Never throws: the subscription would get no more deliveries.
    private async Task RunAsync()
    {
        var turns = 0;
        while (true)
        {
            try
            {
                switch (NextStep(out var delivery))
                {
                    case Step.End:
                        return;
                    case Step.Lease:
                        await LeaseAsync();
                        break;
                    default:
                        await dispatcher.DeliverAsync(delivery!, gate);
                        break;
                }

                // Functions that answer at once would otherwise never give the thread back.
                if (++turns % DeliveriesPerTurn == 0)
                {
                    await Task.Yield();
                }
            }
            catch (Exception exception)
            {
                await dispatcher.PauseWorkerAsync(subscription, exception);
            }
        }
    }

    private Step NextStep(out LeasedDelivery? delivery)
    {
        bool unused;
        lock (_gate)
        {
            delivery = null;
            if (!dispatcher.IsStopping && _workers <= _limits.Concurrency)
            {
                if (_next < _leased)
                {
                    if (MayDeliver() && (_granted > 0 || gate.TryEnter(this)))
                    {
                        _granted = Math.Max(0, _granted - 1);
                        delivery = Take();
                        return Step.Deliver;
                    }
                }
                else if (_mayHaveMore && !_leasing)
                {
                    _mayHaveMore = false;
                    _leasing = true;
                    return Step.Lease;
                }
            }

            // The grant of a lane that cannot use it, or whose deliveries others have taken meanwhile, goes to the next in line.
            unused = _granted > 0;
            _granted -= unused ? 1 : 0;
            if (--_workers == 0 && !_leasing && (dispatcher.IsStopping || (!_mayHaveMore && _granted == 0 && _next >= _leased && !MustRemember())))
            {
                _closed = true;
                dispatcher.Remove(subscription, this);
            }
        }

        if (unused)
        {
            gate.Leave(healthy: null);
        }

        return Step.End;
    }

    // Needs the lock.
    private bool MayDeliver()
    {
        if (_limits.Rate is null)
        {
            return true;
        }

        // A wait may be long, and the limit changed meanwhile.
        _limits = dispatcher.LimitsOf(subscription);
        if (_limits.Rate is not { } rate || limiter.WaitUntil(rate) is not { } time)
        {
            return true;
        }

        dispatcher.LookAgainAt(subscription, time);
        return false;
    }

    // Needs the lock. Another lane would not know what this one has delivered, and be faster than the subscription allows.
    private bool MustRemember()
    {
        if (_limits.Rate is null || limiter.RemembersUntil is not { } time)
        {
            return false;
        }

        dispatcher.WakeAt(subscription, time);
        return true;
    }

    // Needs the lock.
    private LeasedDelivery? Take()
    {
        if (_limits.Rate is { } rate)
        {
            limiter.Count(rate);
        }

        var delivery = _window[_next];
        _window[_next++] = null;
        return delivery;
    }

    private async ValueTask LeaseAsync()
    {
        var lease = await dispatcher.LeaseAsync(subscription, _window!, gate);
        int more;
        lock (_gate)
        {
            _leasing = false;
            _limits = lease?.Limits ?? _limits;
            _next = 0;
            _leased = lease?.Lease.Count ?? 0;
            _mayHaveMore |= lease?.MayHaveMore ?? true;
            // This worker takes one; whoever is called for what may still wait leases again.
            more = Math.Clamp(_leased - 1 + (_mayHaveMore ? 1 : 0), 0, Math.Max(0, _limits.Concurrency - _workers));
            _workers += more;
        }

        for (var i = 0; i < more; i++)
        {
            Start();
        }
    }
}
