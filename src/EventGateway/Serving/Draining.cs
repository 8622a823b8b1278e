using EventGateway.Http;

namespace EventGateway.Serving;

/// <summary>
/// Counts the running requests of the Events API. When the program stops, new requests are refused, and the stop waits for the
/// running ones.
/// </summary>
internal sealed class Draining : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _cutOff = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;
    private volatile bool _draining;

    /// <summary>Whether the program is stopping.</summary>
    public bool IsDraining => _draining;

    /// <summary>Cancelled when the program no longer waits for running calls.</summary>
    public CancellationToken CutOff => _cutOff.Token;

    /// <summary>Counts a request, unless the program is stopping. Call <see cref="Leave"/> once for each success.</summary>
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

    /// <summary>Counts the end of a request.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _active) == 0 && _draining)
        {
            _idle.TrySetResult();
        }
    }

    /// <summary>Refuses new requests and waits for the running ones.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        // The flag must be written before the count is read: a request that did not see the flag must be counted here.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _active) > 0)
        {
            await _idle.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Cuts off running calls and waits until their requests are answered. Must run after <see cref="DrainAsync"/>.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task CutOffAsync(CancellationToken cancellationToken)
    {
        await _cutOff.CancelAsync();
        await DrainAsync(cancellationToken);
    }

    /// <summary>Answers a request that is refused, or whose call was cut off, because the program stops.</summary>
    public static Task RefuseAsync(HttpContext context) =>
        JsonResponse.Unavailable(RetryAfter, "The gateway is stopping; send the request to another instance, or again later.").ExecuteAsync(context);

    /// <inheritdoc/>
    public void Dispose() => _cutOff.Dispose();
}
