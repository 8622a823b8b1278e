using System.Collections.Concurrent;

namespace EventGateway.Engine.Functions;

/// <summary>
/// Keeps cancellation sources with their timers for the next call, since most calls end before their deadline. Each source
/// stays registered with the token that cuts calls off: that token lives as long as the program, and all calls at once would
/// register with it.
/// </summary>
/// <param name="timeProvider">The clock that deadlines run by.</param>
/// <param name="cutOff">Cancels all sources. Default: never.</param>
internal sealed class DeadlinePool(TimeProvider timeProvider, CancellationToken cutOff = default)
{
    private const int Capacity = 1024;

    private readonly ConcurrentQueue<Deadline> _idle = new();
    private int _count;

    /// <summary>Gives a source that is cancelled after a time.</summary>
    public Deadline Rent(TimeSpan timeout)
    {
        if (_idle.TryDequeue(out var deadline))
        {
            Interlocked.Decrement(ref _count);
            deadline.CancelAfter(timeout);
            return deadline;
        }

        return new Deadline(timeout, timeProvider, cutOff);
    }

    /// <summary>Takes a source back when nothing else is registered on it any more.</summary>
    public void Return(Deadline deadline)
    {
        // A source that was cancelled, or whose clock is not the system's, can't be reset.
        if (deadline.TryReset())
        {
            if (Interlocked.Increment(ref _count) <= Capacity)
            {
                _idle.Enqueue(deadline);
                return;
            }

            Interlocked.Decrement(ref _count);
        }

        deadline.Dispose();
    }
}
