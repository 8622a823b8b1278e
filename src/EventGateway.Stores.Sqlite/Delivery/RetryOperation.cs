using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Makes some deliveries of a file due now.</summary>
/// <param name="segment">The segment whose file has them.</param>
/// <param name="filter">Selects the deliveries.</param>
/// <param name="left">Their subscriptions. Those that are finished are removed.</param>
internal sealed class RetryOperation(Segment segment, WaitingFilter filter, Queue<RetriedSubscription> left) : Operation(SqliteDelivery.OwnSize)
{
    private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The segment.</summary>
    public Segment Segment => segment;

    /// <summary>Selects the deliveries.</summary>
    public WaitingFilter Filter => filter;

    /// <summary>The subscriptions that are not finished.</summary>
    public Queue<RetriedSubscription> Left => left;

    /// <summary>Completes with the number of deliveries that are due now on disk.</summary>
    public Task<long> Done => _done.Task;

    /// <summary>Completes it.</summary>
    public void Complete(long deliveries) => _done.SetResult(deliveries);

    /// <summary>Ends it with an error.</summary>
    public void Fail(Exception exception) =>
        _done.SetException(new IOException($"Deliveries cannot be made due now: {exception.Message}", exception));
}
