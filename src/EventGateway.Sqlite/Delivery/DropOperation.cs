using EventGateway.Core.Delivery;

namespace EventGateway.Sqlite.Delivery;

/// <summary>Drops the deliveries of a subscription.</summary>
internal sealed class DropOperation(SubscriptionKey subscription) : Operation(SqliteDelivery.OwnSize)
{
    private readonly TaskCompletionSource<long> _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    /// <summary>The subscription.</summary>
    public SubscriptionKey Subscription => subscription;

    /// <summary>How many deliveries are dropped, once that is on disk.</summary>
    public Task<long> Dropped => _dropped.Task;

    /// <summary>Begins to make it.</summary>
    /// <returns>False when it was given up.</returns>
    public bool TryBegin() => Interlocked.CompareExchange(ref _begun, 1, 0) == 0;

    /// <summary>Ends it with how many deliveries were dropped.</summary>
    public void Complete(long count) => _dropped.SetResult(count);

    /// <summary>Ends it with an error.</summary>
    public void Fail(Exception exception) =>
        _dropped.SetException(new IOException($"Deliveries of a deleted subscription cannot be dropped now: {exception.Message}", exception));

    /// <summary>
    /// Waits for the end, or gives the operation up: by the time that it would be made, the subscription may have been created
    /// again and have new deliveries.
    /// </summary>
    public async ValueTask<long> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _dropped.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!TryBegin())
        {
            // The writer is at it, and ends it either way.
            return await _dropped.Task;
        }
    }
}
