namespace EventGateway.Functions.Aws.Batching;

/// <summary>A record whose caller waits for its outcome.</summary>
internal sealed class PendingRecord(BatchRecord record)
{
    private readonly TaskCompletionSource<BatchItem> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BatchCall? _call;

    /// <summary>The record.</summary>
    public BatchRecord Record => record;

    /// <summary>The outcome.</summary>
    public Task<BatchItem> Outcome => _outcome.Task;

    /// <summary>Whether there is an outcome, or the caller has gone.</summary>
    public bool IsDecided => _outcome.Task.IsCompleted;

    /// <summary>Sets the call that carries the record.</summary>
    public void SetCall(BatchCall call)
    {
        // A full fence: either this sees that the caller has gone, or the caller sees the call.
        Interlocked.Exchange(ref _call, call);
        if (IsDecided)
        {
            Leave();
        }
    }

    /// <summary>Sets the outcome, unless the caller has gone.</summary>
    public void Decide(BatchItem outcome) => _outcome.TrySetResult(outcome);

    /// <summary>Ends the wait of a caller that has gone.</summary>
    public void GiveUp(CancellationToken cancellationToken)
    {
        if (_outcome.TrySetCanceled(cancellationToken))
        {
            Leave();
        }
    }

    // The caller leaves the call only once: when it goes, or when the call is set after that.
    private void Leave() => Interlocked.Exchange(ref _call, null)?.Leave();
}
