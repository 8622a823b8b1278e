namespace EventGateway.Aws.Batching;

/// <summary>One call with the records that it carries; it ends early when all of their callers have gone.</summary>
internal sealed class BatchCall(List<PendingRecord> records) : IDisposable
{
    private readonly CancellationTokenSource _abandoned = new();
    private int _waiting = records.Count;

    /// <summary>The records.</summary>
    public List<PendingRecord> Records => records;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Takes note of a caller that has gone.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            _abandoned.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _abandoned.Dispose();
}
