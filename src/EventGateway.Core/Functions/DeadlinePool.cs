using System.Collections.Concurrent;

namespace EventGateway.Core.Functions;

/// <summary>Keeps cancellation sources with their timers for the next call, since most calls end before their deadline.</summary>
internal sealed class DeadlinePool(TimeProvider timeProvider)
{
    private const int Capacity = 1024;

    private readonly ConcurrentQueue<CancellationTokenSource> _idle = new();
    private int _count;

    /// <summary>Gives a source that is cancelled after a time.</summary>
    public CancellationTokenSource Rent(TimeSpan timeout)
    {
        if (_idle.TryDequeue(out var source))
        {
            Interlocked.Decrement(ref _count);
            source.CancelAfter(timeout);
            return source;
        }

        return new CancellationTokenSource(timeout, timeProvider);
    }

    /// <summary>Takes a source back when nothing is registered on it any more.</summary>
    public void Return(CancellationTokenSource source)
    {
        // A source that was cancelled, or whose clock is not the system's, can't be reset.
        if (source.TryReset())
        {
            if (Interlocked.Increment(ref _count) <= Capacity)
            {
                _idle.Enqueue(source);
                return;
            }

            Interlocked.Decrement(ref _count);
        }

        source.Dispose();
    }
}
