using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

/// <summary>Signals subscriptions whose deliveries are due later, with one timer and one entry for each subscription.</summary>
internal sealed class WakeUps : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SubscriptionKey, DateTimeOffset> _times = [];
    private readonly PriorityQueue<SubscriptionKey, DateTimeOffset> _queue = new();
    private readonly TimeProvider _timeProvider;
    private readonly Action<SubscriptionKey> _wake;
    private readonly ITimer _timer;

    /// <summary>Creates the timer.</summary>
    /// <param name="wake">Called at the time of a subscription. Must return at once, and take no lock that a caller of <see cref="Set"/> holds.</param>
    public WakeUps(TimeProvider timeProvider, Action<SubscriptionKey> wake)
    {
        _timeProvider = SteadyTimeProvider.Of(timeProvider);
        _wake = wake;
        _timer = timeProvider.CreateTimer(static wakeUps => ((WakeUps)wakeUps!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many subscriptions wait for their time.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _times.Count;
            }
        }
    }

    /// <summary>Wakes a subscription at a time. The earliest of its times counts.</summary>
    /// <param name="time">The time, by the steady clock.</param>
    public void Set(SubscriptionKey subscription, DateTimeOffset time)
    {
        if (time <= _timeProvider.GetUtcNow())
        {
            _wake(subscription);
            return;
        }

        lock (_lock)
        {
            if (_times.TryGetValue(subscription, out var earlier) && earlier <= time)
            {
                return;
            }

            _times[subscription] = time;
            _queue.Enqueue(subscription, time);
            if (_queue.Peek() == subscription)
            {
                Arm(time);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Ring()
    {
        while (TakeDue() is { } subscription)
        {
            _wake(subscription);
        }
    }

    private SubscriptionKey? TakeDue()
    {
        lock (_lock)
        {
            var now = _timeProvider.GetUtcNow();
            while (_queue.TryPeek(out var subscription, out var time))
            {
                if (time > now)
                {
                    Arm(time);
                    return null;
                }

                _queue.Dequeue();

                // An entry that an earlier one has replaced is no longer in the table.
                if (_times.TryGetValue(subscription, out var current) && current == time)
                {
                    _times.Remove(subscription);
                    return subscription;
                }
            }

            return null;
        }
    }

    // A timer may ring a moment early; the milliseconds are rounded up.
    private void Arm(DateTimeOffset time)
    {
        var wait = Math.Ceiling((time - _timeProvider.GetUtcNow()).TotalMilliseconds);
        if (wait <= 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static wakeUps => wakeUps.Ring(), this, preferLocal: false);
            return;
        }

        _timer.Change(TimeSpan.FromMilliseconds(Math.Min(wait, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }
}
