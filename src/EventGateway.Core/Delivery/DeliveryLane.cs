namespace EventGateway.Core.Delivery;

/// <summary>
/// Makes the deliveries of one function, a bounded number at once. Its workers share a small window of leased
/// deliveries; the one that finds it empty fills it. A lane without work takes itself out of the dispatcher's table.
/// </summary>
internal sealed class DeliveryLane(Dispatcher dispatcher, FunctionKey function, int concurrency) : IThreadPoolWorkItem
{
    private const int MaxWindow = 32;
    private const int DeliveriesPerTurn = 64;

    private readonly Lock _gate = new();
    private readonly LeasedDelivery?[] _window = new LeasedDelivery?[Math.Min(MaxWindow, concurrency)];
    private int _next;
    private int _leased;
    private int _workers;
    private bool _leasing;
    private bool _mayHaveMore;
    private bool _closed;

    private enum Step
    {
        Deliver,
        Lease,
        End,
    }

    /// <summary>Says that deliveries were stored.</summary>
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
            if (_leasing || _workers == concurrency)
            {
                return true;
            }

            _workers++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>Runs one worker.</summary>
    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        var turns = 0;
        while (true)
        {
            switch (NextStep(out var delivery))
            {
                case Step.End:
                    return;
                case Step.Lease:
                    await LeaseAsync();
                    break;
                default:
                    await dispatcher.DeliverAsync(delivery!);
                    break;
            }

            // Functions that answer at once would otherwise never give the thread back.
            if (++turns % DeliveriesPerTurn == 0)
            {
                await Task.Yield();
            }
        }
    }

    private Step NextStep(out LeasedDelivery? delivery)
    {
        lock (_gate)
        {
            delivery = null;
            if (!dispatcher.IsAborted)
            {
                if (_next < _leased)
                {
                    delivery = _window[_next];
                    _window[_next++] = null;
                    return Step.Deliver;
                }

                if (_mayHaveMore && !_leasing)
                {
                    _mayHaveMore = false;
                    _leasing = true;
                    return Step.Lease;
                }
            }

            if (--_workers == 0 && !_leasing)
            {
                _closed = true;
                dispatcher.Remove(function, this);
            }

            return Step.End;
        }
    }

    private async ValueTask LeaseAsync()
    {
        var leased = await dispatcher.LeaseAsync(function, _window!);
        int more;
        lock (_gate)
        {
            _leasing = false;
            _next = 0;
            _leased = leased ?? 0;
            _mayHaveMore |= leased is null || leased == _window.Length;
            // This worker takes one; whoever is called for what may still wait leases again.
            more = Math.Clamp(_leased - 1 + (_mayHaveMore ? 1 : 0), 0, concurrency - _workers);
            _workers += more;
        }

        for (var i = 0; i < more; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
