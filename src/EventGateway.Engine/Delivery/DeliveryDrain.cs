namespace EventGateway.Engine.Delivery;

/// <summary>
/// Ends the deliveries of one store: refuses new ones, waits for the accepted ones, and cuts off calls at the deadline. Safe for
/// concurrent use.
/// </summary>
internal sealed class DeliveryDrain : IDisposable
{
    private readonly bool _isDurable;
    private readonly CancellationTokenSource _cutOff = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _unfinished;
    private bool _isDraining;

    /// <summary>Creates the drain of a store.</summary>
    /// <param name="isDurable">
    /// Whether deliveries survive the process. If so, a drain waits only for the attempts under way; otherwise for every delivery.
    /// </param>
    public DeliveryDrain(bool isDurable)
    {
        _isDurable = isDurable;
        CutOff = _cutOff.Token;
    }

    /// <summary>Cancelled when the calls under way are cut off. Can be used after disposal.</summary>
    public CancellationToken CutOff { get; }

    /// <summary>Whether new deliveries are refused.</summary>
    public bool IsDraining => Volatile.Read(ref _isDraining);

    /// <summary>Whether no more attempts begin.</summary>
    public bool IsStopping => CutOff.IsCancellationRequested || (_isDurable && IsDraining);

    /// <summary>Counts deliveries that are about to be stored. Must come before the caller reads <see cref="IsDraining"/>: a drain that starts now waits for them.</summary>
    public void BeginAccept(long deliveries) => Interlocked.Add(ref _unfinished, deliveries);

    /// <summary>Ends what <see cref="BeginAccept"/> began.</summary>
    /// <param name="deliveries">The number of deliveries that were counted.</param>
    /// <param name="stored">How many of them were stored.</param>
    public void EndAccept(long deliveries, long stored)
    {
        var ended = _isDurable ? deliveries : deliveries - stored;
        if (ended > 0)
        {
            End(ended);
        }
    }

    /// <summary>
    /// Counts an attempt. Must come before the caller reads <see cref="IsStopping"/>: a drain that starts now waits for it.
    /// </summary>
    public void BeginAttempt()
    {
        if (_isDurable)
        {
            Interlocked.Increment(ref _unfinished);
        }
    }

    /// <summary>Ends what <see cref="BeginAttempt"/> began, even if no call was made.</summary>
    /// <param name="isLast">Whether the delivery has ended too.</param>
    public void EndAttempt(bool isLast)
    {
        if (isLast || _isDurable)
        {
            End(1);
        }
    }

    /// <summary>Counts deliveries that were dropped while they waited.</summary>
    public void EndWaiting(long deliveries)
    {
        if (!_isDurable)
        {
            End(deliveries);
        }
    }

    /// <summary>Refuses new deliveries from now on.</summary>
    public void Start() => Volatile.Write(ref _isDraining, true);

    /// <summary>Waits for the deliveries that a drain waits for.</summary>
    /// <param name="deadline">Cancelled when there is no more time: the calls under way are cut off.</param>
    /// <returns>How many deliveries were abandoned.</returns>
    public async Task<long> WaitAsync(CancellationToken deadline)
    {
        if (Interlocked.Read(ref _unfinished) == 0)
        {
            return 0;
        }

        try
        {
            await _drained.Task.WaitAsync(deadline);
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Counted first: calls that are cut off end at once.
            var abandoned = Interlocked.Read(ref _unfinished);
            await _cutOff.CancelAsync();
            return abandoned;
        }
    }

    /// <summary>Cuts off the calls under way.</summary>
    public void CutOffCalls() => _cutOff.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cutOff.Dispose();

    private void End(long deliveries)
    {
        if (Interlocked.Add(ref _unfinished, -deliveries) == 0 && IsDraining)
        {
            _drained.TrySetResult();
        }
    }
}
