using System.Diagnostics.Metrics;
using EventGateway.Abstractions;

namespace EventGateway.Serving;

/// <summary>
/// Watches how long work waits for a thread of the pool. Requests are refused while too many threads are blocked. Once a second it
/// queues an item behind the waiting work and measures how long the item waits.
/// </summary>
internal sealed class ThreadGuard : IHostedService, IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefuseFrom = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ServeBelow = TimeSpan.FromSeconds(0.5);

    private readonly TimeProvider _time;
    private readonly Action<IThreadPoolWorkItem> _queue;
    private readonly ITimer _timer;
    private long _queuedAt;
    private long _delayTicks;
    private volatile bool _isQueued;
    private volatile bool _refusesEvents;

    /// <summary>Watches the thread pool of this process and adds its metrics.</summary>
    public ThreadGuard(TimeProvider time, IMeterFactory meters)
        : this(time, static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false))
    {
        var meter = meters.Create(GatewayMeter.Name);
        meter.CreateObservableGauge("eventgateway_pool_threads", static () => ThreadPool.ThreadCount, description: "Number of threads in the thread pool.");
        meter.CreateObservableGauge(
            "eventgateway_pool_delay_seconds", () => Delay.TotalSeconds, "s", "Time that work waits for a thread of the thread pool, measured once a second.");
    }

    /// <summary>Watches a thread pool.</summary>
    /// <param name="queue">Queues an item to the pool, behind the waiting work.</param>
    internal ThreadGuard(TimeProvider time, Action<IThreadPoolWorkItem> queue)
    {
        _time = time;
        _queue = queue;
        // Timers run before waiting work, so this one runs even when that work does not.
        _timer = time.CreateTimer(static guard => ((ThreadGuard)guard!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether new events are refused: from a delay of 3 s until one below 0.5 s.</summary>
    public bool RefusesEvents => _refusesEvents;

    /// <summary>The wait of the last item, or of the current item so far.</summary>
    public TimeSpan Delay => TimeSpan.FromTicks(Volatile.Read(ref _delayTicks));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        if (Measure() < ServeBelow)
        {
            _refusesEvents = false;
        }

        _isQueued = false;
    }

    private void Look()
    {
        if (_isQueued)
        {
            Measure();
        }
        else
        {
            Volatile.Write(ref _queuedAt, _time.GetTimestamp());
            _isQueued = true;
            _queue(this);
        }

        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Measure()
    {
        var delay = _time.GetElapsedTime(Volatile.Read(ref _queuedAt));
        Volatile.Write(ref _delayTicks, delay.Ticks);
        if (delay >= RefuseFrom)
        {
            _refusesEvents = true;
        }

        return delay;
    }
}
