using System.Runtime;

namespace EventGateway.Serving;

/// <summary>Watches how full the heap is. Requests are refused while there is still memory to answer them.</summary>
internal sealed class HeapGuard : IHostedService, IDisposable
{
    private const int RefuseEventsAt = 85;
    private const int RefuseAllAt = 95;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long _limit;
    private readonly Func<bool, long> _measure;
    private readonly ITimer _timer;
    private volatile int _percent;

    /// <summary>Watches the heap of this process.</summary>
    public HeapGuard(MachineLimits limits, TimeProvider time)
        : this(limits.Memory, time, Measure)
    {
    }

    /// <summary>Watches a heap.</summary>
    /// <param name="limit">The maximum size of the heap, in bytes.</param>
    /// <param name="measure">Returns the size of the heap in bytes. The argument says whether to collect garbage first.</param>
    internal HeapGuard(long limit, TimeProvider time, Func<bool, long> measure)
    {
        _limit = limit;
        _measure = measure;
        _timer = time.CreateTimer(static guard => ((HeapGuard)guard!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether new events are refused.</summary>
    public bool RefusesEvents => _percent >= RefuseEventsAt;

    /// <summary>Whether all requests except health checks and metrics are refused.</summary>
    public bool RefusesAll => _percent >= RefuseAllAt;

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

    /// <summary>Measures the heap. When it seems full, measures again after a collection, because much of it may be garbage.</summary>
    internal void Look()
    {
        var percent = PercentOf(_measure(false));
        _percent = percent >= RefuseEventsAt ? PercentOf(_measure(true)) : percent;
        // Collecting a large full heap takes long, so measure less often.
        _timer.Change(RefusesEvents ? 10 * Interval : Interval, Timeout.InfiniteTimeSpan);
    }

    private int PercentOf(long bytes) => (int)Math.Min(100, bytes * 100 / Math.Max(1, _limit));

    private static long Measure(bool afterCollection)
    {
        if (afterCollection)
        {
            // Compacts large objects, because holes between them count as memory in use.
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        }

        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
