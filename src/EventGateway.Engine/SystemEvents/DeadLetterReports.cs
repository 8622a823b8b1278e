using System.Threading.Channels;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.SystemEvents;

/// <summary>
/// The dead letters that wait to be reported, one after the other on another thread. Bounded by number and bytes: a store may make
/// dead letters faster than they can be reported, and each holds its event. Safe for concurrent use.
/// </summary>
/// <param name="report">Reports a dead letter. Must not throw.</param>
internal sealed class DeadLetterReports(Action<DeadLetter, DeliveryAttempt?> report)
{
    /// <summary>How many may wait.</summary>
    public const int MaxWaiting = 1024;

    /// <summary>How many bytes their events may have. One that is larger may wait alone.</summary>
    public const long MaxWaitingBytes = 16 * 1024 * 1024;

    private readonly Channel<(DeadLetter Letter, DeliveryAttempt? LastAttempt)> _queue =
        Channel.CreateBounded<(DeadLetter Letter, DeliveryAttempt? LastAttempt)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private long _bytes;
    private int _isReading;

    /// <summary>Adds a dead letter. Returns at once.</summary>
    /// <param name="lastAttempt">The last attempt. Null when none was made.</param>
    /// <returns>False when too many wait.</returns>
    public bool TryAdd(DeadLetter letter, DeliveryAttempt? lastAttempt)
    {
        var bytes = letter.Event.Length;
        var before = Interlocked.Add(ref _bytes, bytes) - bytes;
        if ((before > 0 && before + bytes > MaxWaitingBytes) || !_queue.Writer.TryWrite((letter, lastAttempt)))
        {
            Interlocked.Add(ref _bytes, -bytes);
            return false;
        }

        if (Interlocked.Exchange(ref _isReading, 1) == 0)
        {
            _ = Task.Run(ReadAllAsync);
        }

        return true;
    }

    private async Task ReadAllAsync()
    {
        await foreach (var (letter, lastAttempt) in _queue.Reader.ReadAllAsync())
        {
            report(letter, lastAttempt);
            Interlocked.Add(ref _bytes, -letter.Event.Length);
        }
    }
}
