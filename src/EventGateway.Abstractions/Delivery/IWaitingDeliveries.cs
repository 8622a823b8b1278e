namespace EventGateway.Abstractions.Delivery;

/// <summary>The deliveries of a store that have not ended, for operators. Safe for concurrent use.</summary>
public interface IWaitingDeliveries
{
    /// <summary>
    /// Lists deliveries that wait or are leased, those of a subscription together. A delivery whose next attempt is made meanwhile
    /// may be missing, or on two pages.
    /// </summary>
    /// <param name="filter">Selects the deliveries.</param>
    /// <param name="selects">Selects their subscriptions.</param>
    /// <param name="limit">The maximum number, at least 1. A page may have fewer, because the work for a page is bounded.</param>
    /// <param name="cursor">The <see cref="Page{T}.Next"/> of the page before. Null means the first page. An invalid cursor lists nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The store cannot be read now.</exception>
    ValueTask<Page<WaitingDelivery>> ListAsync(
        WaitingFilter filter, Func<SubscriptionKey, bool> selects, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Makes the next attempts at deliveries due now, in the order in which they were due. Leased ones are left.</summary>
    /// <param name="filter">Selects the deliveries. New ones that arrive meanwhile are left.</param>
    /// <param name="selects">Selects their subscriptions.</param>
    /// <param name="cancellationToken">Ends the attempt. Some may be due already.</param>
    /// <returns>The selected deliveries. Fewer than selected when the store fails, or the attempt was ended.</returns>
    /// <exception cref="IOException">The store cannot be read or written now. Nothing was changed.</exception>
    ValueTask<DueDeliveries> RetryAsync(WaitingFilter filter, Func<SubscriptionKey, bool> selects, CancellationToken cancellationToken);
}
