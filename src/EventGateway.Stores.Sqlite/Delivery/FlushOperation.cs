namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Completes when all operations that were added before it are on disk.</summary>
internal sealed class FlushOperation() : Operation(0)
{
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once all is on disk.</summary>
    public Task Flushed => _flushed.Task;

    /// <summary>Completes it.</summary>
    public void Complete() => _flushed.SetResult();
}
