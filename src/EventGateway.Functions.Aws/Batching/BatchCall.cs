namespace EventGateway.Functions.Aws.Batching;

/// <summary>
/// One call, which is cancelled when the callers of all its records have gone. Must not be disposed, because the last caller may go
/// while the call ends. It has no timer, so nothing leaks.
/// </summary>
/// <param name="records">The number of records.</param>
internal sealed class BatchCall(int records) : CancellationTokenSource
{
    private int _waiting = records;

    /// <summary>Counts a caller that has gone.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            Cancel();
        }
    }
}
