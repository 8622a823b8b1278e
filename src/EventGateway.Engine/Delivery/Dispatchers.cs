using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Delivery;

/// <summary>The dispatchers of both guarantees, which start, stop and learn of deletions together.</summary>
/// <param name="durable">Makes the deliveries that are made at least once.</param>
/// <param name="transient">Makes the deliveries that are made at most once.</param>
public sealed class Dispatchers(Dispatcher durable, Dispatcher transient)
{
    /// <summary>Begins to make deliveries, first those that were stored before the start.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await transient.StartAsync(cancellationToken);
        await durable.StartAsync(cancellationToken);
    }

    /// <summary>Refuses new deliveries. Waits for those in memory, and for the calls under way.</summary>
    /// <param name="deadline">Cancelled when there is no more time.</param>
    public Task DrainAsync(CancellationToken deadline) => Task.WhenAll(durable.DrainAsync(deadline), transient.DrainAsync(deadline));

    /// <summary>Notes that a subscription is about to be deleted, so that its deliveries are dropped rather than held from now on.</summary>
    public void ExpectDeletion(Subscription subscription)
    {
        transient.ExpectDeletion(subscription);
        durable.ExpectDeletion(subscription);
    }

    /// <summary>Drops the deliveries that wait for deleted subscriptions.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The deletions that are not yet stored in all files of the durable store, with the files that are left.</returns>
    public async ValueTask<IReadOnlyList<SubscriptionDeletion>> DropAsync(
        IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        await transient.DropAsync(deletions, cancellationToken);
        return await durable.DropAsync(deletions, cancellationToken);
    }

    /// <summary>Resumes deliveries that were held until their subscription, or its function, came into force.</summary>
    /// <param name="changed">The routes.</param>
    public void Resume(ChangedRoutes changed)
    {
        transient.Resume(changed);
        durable.Resume(changed);
    }

    /// <summary>Counts the deliveries of each space that are held because their subscription is not in the configuration.</summary>
    public IEnumerable<(string Space, long Deliveries)> CountOrphans() => durable.CountOrphans().Concat(transient.CountOrphans());
}
