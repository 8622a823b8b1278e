namespace EventGateway.Abstractions.Delivery;

/// <summary>The deliveries that failed for good. Safe for concurrent use.</summary>
public interface IDeadLetterStore
{
    /// <summary>Lists dead letters, those that were given up last first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="limit">How many at most; 1 at least.</param>
    /// <param name="cursor">From <see cref="Page{T}.Next"/> of the part before. Not set: the first part. One that is no cursor lists nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Finds a dead letter.</summary>
    /// <param name="space">The space.</param>
    /// <param name="deadLetterId">Its id.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>It. Not set: there is none of that id in the space.</returns>
    ValueTask<DeadLetter?> FindAsync(string space, string deadLetterId, CancellationToken cancellationToken);

    /// <summary>
    /// Makes deliveries of dead letters, due now and with no attempts made. A crash meanwhile may leave some of them in both
    /// places, never in none.
    /// </summary>
    /// <param name="filter">Which ones; those that come to be meanwhile are left.</param>
    /// <param name="hasRoute">Whether deliveries to a subscription can be made. Dead letters of other subscriptions are left.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many, and what to signal to the dispatcher. Fewer than the filter selects: the store is full or fails, or the attempt was ended.</returns>
    ValueTask<Redelivery> RedeliverAsync(DeadLetterFilter filter, Func<SubscriptionKey, bool> hasRoute, CancellationToken cancellationToken);

    /// <summary>Deletes dead letters for good.</summary>
    /// <param name="filter">Which ones; those that come to be meanwhile are left.</param>
    /// <param name="cancellationToken">Ends the attempt; some may be deleted by then.</param>
    /// <returns>How many.</returns>
    ValueTask<int> DeleteAsync(DeadLetterFilter filter, CancellationToken cancellationToken);
}
