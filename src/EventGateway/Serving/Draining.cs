using EventGateway.Http;

namespace EventGateway.Serving;

/// <summary>
/// Counts the event requests under way. Once the program stops, new ones are turned away, and the stop waits until
/// those that were let in are done.
/// </summary>
internal sealed class Draining : IDisposable
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _cutOff = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;
    private volatile bool _draining;

    /// <summary>Whether the program is stopping.</summary>
    public bool IsDraining => _draining;

    /// <summary>Cancelled once the program waits no longer for the calls under way.</summary>
    public CancellationToken CutOff => _cutOff.Token;

    /// <summary>Lets a request in, unless the program is stopping. Each success is matched by one <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _active);
        if (!_draining)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Says that a request that was let in is done.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _active) == 0 && _draining)
        {
            _idle.TrySetResult();
        }
    }

    /// <summary>Turns new requests away and waits for those that are in.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        // A request that did not see the flag must be seen here: the write before, the read after.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _active) > 0)
        {
            await _idle.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Cuts off the calls under way and waits until their requests are answered. Must run after <see cref="DrainAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task CutOffAsync(CancellationToken cancellationToken)
    {
        await _cutOff.CancelAsync();
        await DrainAsync(cancellationToken);
    }

    /// <summary>Answers a request that is turned away, or whose call was cut off, because the program stops.</summary>
    public static Task RefuseAsync(HttpContext context) =>
        JsonResponse.Unavailable(_retryAfter, "The gateway is stopping; send the request to another instance, or again later.").ExecuteAsync(context);

    /// <inheritdoc/>
    public void Dispose() => _cutOff.Dispose();
}
