namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Asks to be told once all that was asked for before is on disk.</summary>
internal sealed class FlushOperation() : Operation(0)
{
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once all is on disk.</summary>
    public Task Flushed => _flushed.Task;

    /// <summary>Says that all is on disk.</summary>
    public void Complete() => _flushed.SetResult();
}
