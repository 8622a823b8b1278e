namespace EventGateway.Abstractions.Delivery;

/// <summary>Keeps since when subscriptions fail, so that a restart does not start the count anew. Safe for concurrent use.</summary>
public interface IFailureStore
{
    /// <summary>Lists the subscriptions that fail.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The store cannot be read now.</exception>
    ValueTask<IReadOnlyList<FailingSubscription>> ListFailingAsync(CancellationToken cancellationToken);

    /// <summary>Stores since when a subscription fails, in place of what was stored before.</summary>
    /// <param name="cancellationToken">Ends the attempt. It may be stored anyway.</param>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    ValueTask SaveFailingAsync(FailingSubscription failing, CancellationToken cancellationToken);

    /// <summary>Forgets that a subscription fails.</summary>
    /// <param name="cancellationToken">Ends the attempt. It may be forgotten anyway.</param>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    ValueTask DeleteFailingAsync(string space, string subscriptionId, CancellationToken cancellationToken);
}
