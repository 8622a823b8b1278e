using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Makes the deliveries of one subscription, a bounded number at once. Its workers share a small window of leased
/// deliveries; the worker that finds it empty leases the next ones. A lane without work closes.
/// </summary>
internal sealed class DeliveryLane(SubscriptionKey subscription, FunctionGate gate, RateLimiter limiter, int functionConcurrency, LaneContext context)
    : IThreadPoolWorkItem, IGateCaller
{
    private const int MaxWindow = 32;
    private const int DeliveriesPerTurn = 64;

    // How often a lane that waits looks whether its rate limit was changed.
    private static readonly TimeSpan LimitInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LeasedDelivery?[] _window = new LeasedDelivery?[Math.Min(MaxWindow, functionConcurrency)];

    // One worker, until the first lease has read what the subscription allows.
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

    /// <inheritdoc/>
    public bool IsInLine { get; set; }

    /// <summary>Signals that deliveries were stored, or are due.</summary>
    /// <returns>False when the lane has closed and another is needed.</returns>
    public bool TrySignal()
    {
        lock (_lock)
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

        StartWorker();
        return true;
    }

    /// <summary>Finds what deliveries wait for that are due, besides calls of the function. Null means nothing.</summary>
    public DeliveryHold? FindHold()
    {
        lock (_lock)
        {
            return _limits.Rate is { } rate && limiter.WaitUntil(rate) is not null ? DeliveryHold.Rate
                : _workers >= _limits.Concurrency && !_leasing ? DeliveryHold.Concurrency
                : null;
        }
    }

    /// <inheritdoc/>
    public void Grant()
    {
        lock (_lock)
        {
            _granted++;
            if (_workers >= _limits.Concurrency)
            {
                // Each worker uses a granted call before it asks for another.
                return;
            }

            _workers++;
        }

        StartWorker();
    }

    /// <summary>Runs one worker.</summary>
    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private void StartWorker() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private async ValueTask DeliverAsync(LeasedDelivery delivery, Route? route)
    {
        var isLast = false;
        try
        {
            var epoch = gate.Epoch;
            var attempt = await context.Attempts.MakeAsync(delivery, route);
            isLast = attempt.Verdict is { RetryAt: null };

            // The call is given back before the verdict is stored, so that the function need not wait for the disk.
            context.Leases.End(delivery, gate);
            gate.Leave(attempt.IsHealthy, epoch);
            if (attempt.Verdict is { } verdict)
            {
                // When the function was changed during the call, a failure of the earlier one is no reason to wait.
                await context.Settlement.SettleAsync(
                    delivery, verdict.RetryAt is not null && epoch != gate.Epoch ? verdict with { RetryAt = context.TimeProvider.GetUtcNow() } : verdict);
            }
        }
        finally
        {
            context.Drain.EndAttempt(isLast);
        }
    }

    // Never throws: the subscription would get no more deliveries.
    private async Task RunAsync()
    {
        var step = Step.Lease;
        for (var turn = 1; ; turn++)
        {
            try
            {
                step = NextStep(out var delivery, out var route, out var unused);
                switch (step)
                {
                    case Step.Deliver:
                        await DeliverAsync(delivery!, route);
                        break;
                    case Step.Lease:
                        await LeaseAsync();
                        break;
                    default:
                        if (unused)
                        {
                            gate.Leave(healthy: null);
                        }

                        return;
                }

                // Functions that answer at once would otherwise never give the thread back.
                if (turn % DeliveriesPerTurn == 0)
                {
                    await Task.Yield();
                }
            }
            catch (Exception exception)
            {
                context.Logger.LogWorkerFailed(exception, subscription.Space, subscription.SubscriptionId);
                if (step is Step.End)
                {
                    return;
                }

                await Task.Delay(RetryDelay, context.TimeProvider, context.Drain.CutOff).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // An attempt has begun when the step is to deliver.
    private Step NextStep(out LeasedDelivery? delivery, out Route? route, out bool unused)
    {
        // Must come before IsStopping is read: a drain that starts now waits for the attempt.
        context.Drain.BeginAttempt();
        var step = Step.End;
        try
        {
            step = ChooseStep(out delivery, out route, out unused);
            return step;
        }
        finally
        {
            if (step is not Step.Deliver)
            {
                context.Drain.EndAttempt(isLast: false);
            }
        }
    }

    private Step ChooseStep(out LeasedDelivery? delivery, out Route? route, out bool unused)
    {
        (delivery, route, unused) = (null, null, false);
        lock (_lock)
        {
            if (!context.Drain.IsStopping && _workers <= _limits.Concurrency)
            {
                if (_next < _leased)
                {
                    if (MayDeliver(out route) && (_granted > 0 || gate.TryEnter(this)))
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

            // A granted call that the lane cannot use, or whose delivery another worker has made, goes to the next in line.
            unused = _granted > 0;
            _granted -= unused ? 1 : 0;
            if (--_workers == 0 && !_leasing && (context.Drain.IsStopping || (!_mayHaveMore && _granted == 0 && _next >= _leased && !MustRemember())))
            {
                _closed = true;
                context.Open.TryRemove(new(subscription, this));
            }

            return Step.End;
        }
    }

    // Must be called inside the lock. Returns the route when it was looked up for the rate limit, so that the attempt need not.
    private bool MayDeliver(out Route? route)
    {
        route = null;
        if (_limits.Rate is null)
        {
            return true;
        }

        // A wait may be long, and the limit may have changed meanwhile.
        route = context.Routes.Find(subscription.Space, subscription.SubscriptionId, subscription.FunctionId);
        _limits = LaneLimits.Of(route, functionConcurrency);
        if (_limits.Rate is not { } rate || limiter.WaitUntil(rate) is not { } time)
        {
            return true;
        }

        var look = context.TimeProvider.GetUtcNow() + LimitInterval;
        context.WakeUps.Set(subscription, time < look ? time : look);
        return false;
    }

    // Must be called inside the lock. Another lane would not know what this one has delivered, and exceed the rate limit.
    private bool MustRemember()
    {
        if (_limits.Rate is null || limiter.RemembersUntil is not { } time)
        {
            return false;
        }

        context.WakeUps.Set(subscription, time);
        return true;
    }

    // Must be called inside the lock.
    private LeasedDelivery? Take()
    {
        if (_limits.Rate is { } rate)
        {
            limiter.Count(rate);
        }

        var delivery = _window[_next];
        _window[_next++] = null;
        delivery!.IsBeingCalled = true;
        return delivery;
    }

    private async ValueTask LeaseAsync()
    {
        var lease = await context.Leases.LeaseAsync(subscription, _window!, gate);
        int more;
        lock (_lock)
        {
            _leasing = false;
            _limits = lease?.Limits ?? _limits;
            _next = 0;
            _leased = lease?.Count ?? 0;
            _mayHaveMore |= lease?.MayHaveMore ?? true;

            // This worker takes one delivery. Whichever worker finds none left leases again.
            more = Math.Clamp(_leased - 1 + (_mayHaveMore ? 1 : 0), 0, Math.Max(0, _limits.Concurrency - _workers));
            _workers += more;
        }

        for (var i = 0; i < more; i++)
        {
            StartWorker();
        }
    }
}
