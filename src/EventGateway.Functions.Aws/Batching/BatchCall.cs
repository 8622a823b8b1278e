namespace EventGateway.Functions.Aws.Batching;

/// <summary>
/// One call; cancelled when the callers of all its records have gone. Not to be disposed, which it does not need without a
/// timer: the last caller may go at the very moment that the call ends.
/// </summary>
/// <param name="records">How many records it carries.</param>
internal sealed class BatchCall(int records) : CancellationTokenSource
{
    private int _waiting = records;

    /// <summary>Takes note of a caller that has gone.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            Cancel();
        }
    }
}
