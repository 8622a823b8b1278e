namespace EventGateway.Abstractions.Delivery;

/// <summary>The deliveries that failed for good. Safe for concurrent use.</summary>
public interface IDeadLetterStore
{
    /// <summary>
    /// Called after a dead letter was stored, with the last attempt: null when none was made. Must return at once and not throw.
    /// Must be set before deliveries start. Default: null, nothing is called.
    /// </summary>
    Action<DeadLetter, DeliveryAttempt?>? Stored { get; set; }

    /// <summary>Lists dead letters, newest first.</summary>
    /// <param name="filter">Selects the dead letters.</param>
    /// <param name="limit">The maximum number, at least 1.</param>
    /// <param name="cursor">The <see cref="Page{T}.Next"/> of the page before. Null means the first page. An invalid cursor lists nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Finds a dead letter.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null when the space has none with that id.</returns>
    ValueTask<DeadLetter?> FindAsync(string space, string deadLetterId, CancellationToken cancellationToken);

    /// <summary>
    /// Turns dead letters into deliveries that are due now, with no attempts made. A crash meanwhile may leave some of them both
    /// as dead letters and as deliveries, but loses none.
    /// </summary>
    /// <param name="filter">Selects the dead letters. New ones that arrive meanwhile are left.</param>
    /// <param name="hasRoute">Returns whether a subscription has a route. Dead letters of other subscriptions are left.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many, and the subscriptions to signal. Fewer than selected when the store is full or fails, or the attempt was ended.</returns>
    ValueTask<Redelivery> RedeliverAsync(DeadLetterFilter filter, Func<SubscriptionKey, bool> hasRoute, CancellationToken cancellationToken);

    /// <summary>Deletes dead letters for good.</summary>
    /// <param name="filter">Selects the dead letters. New ones that arrive meanwhile are left.</param>
    /// <param name="cancellationToken">Ends the attempt. Some may already be deleted.</param>
    /// <returns>How many.</returns>
    ValueTask<int> DeleteAsync(DeadLetterFilter filter, CancellationToken cancellationToken);
}
