namespace EventGateway.Core.Delivery;

/// <summary>
/// Keeps accepted deliveries until they are made: an event once, and one small entry per delivery. Safe for concurrent
/// use; a store that pays per transaction puts concurrent appends, and concurrent completions, into one.
/// </summary>
public interface IDeliveryStore
{
    /// <summary>How many deliveries are in the store, leased ones included.</summary>
    long Count { get; }

    /// <summary>Takes on all deliveries of all events, or none.</summary>
    /// <param name="events">The events, each with one route at least.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>Accepted as soon as the deliveries are stored as durably as the store promises, or why not.</returns>
    ValueTask<AcceptResult> AppendAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken);

    /// <summary>Hands out deliveries of a function, oldest first. They stay leased until completed.</summary>
    /// <param name="function">The function.</param>
    /// <param name="into">Takes the deliveries.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many were handed out: fewer than there is room for where no more wait.</returns>
    ValueTask<int> LeaseAsync(FunctionKey function, Memory<LeasedDelivery> into, CancellationToken cancellationToken);

    /// <summary>Forgets a leased delivery, for it was made or is given up.</summary>
    /// <param name="delivery">The delivery, as it was leased.</param>
    /// <param name="reusable">
    /// Whether nothing reads its payload any more. After a call that was cut off a transport may still do, and the memory
    /// must not serve another event.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask CompleteAsync(LeasedDelivery delivery, bool reusable, CancellationToken cancellationToken);
}
