namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Deletes dead letters.</summary>
internal sealed class DeleteDeadLettersOperation(List<long> numbers) : Operation(numbers.Count * sizeof(long))
{
    private readonly TaskCompletionSource<int> _deleted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Their numbers.</summary>
    public List<long> Numbers => numbers;

    /// <summary>Completes with their number when they are deleted on disk.</summary>
    public Task<int> Deleted => _deleted.Task;

    /// <summary>Completes it.</summary>
    public void Complete(int deleted) => _deleted.SetResult(deleted);

    /// <summary>Ends it with an error, unless it is completed.</summary>
    public void TryFail(Exception exception) =>
        _deleted.TrySetException(new IOException($"Dead letters cannot be deleted now: {exception.Message}", exception));
}
