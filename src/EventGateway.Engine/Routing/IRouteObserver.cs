using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>Observes changes of routes.</summary>
public interface IRouteObserver
{
    /// <summary>
    /// Called after routes were added or changed, and after a function was deleted. Must return at once and not throw.
    /// </summary>
    /// <param name="changed">The routes.</param>
    void OnRouted(ChangedRoutes changed);

    /// <summary>Called after a function was created or written, before <see cref="OnRouted"/>. Must return at once and not throw.</summary>
    /// <param name="before">The function before. Null when it was created.</param>
    /// <param name="now">The function now.</param>
    void OnChanged(Function? before, Function now);

    /// <summary>Called after a subscription that existed was written, before <see cref="OnRouted"/>. Must return at once and not throw.</summary>
    /// <param name="before">The subscription before.</param>
    /// <param name="now">The subscription now.</param>
    void OnChanged(Subscription before, Subscription now);

    /// <summary>
    /// Called before a subscription is deleted. <see cref="OnDeletedAsync"/> follows, or <see cref="OnRouted"/> when it could
    /// not be deleted. Must return at once and not throw.
    /// </summary>
    void OnDeleting(Subscription subscription);

    /// <summary>
    /// Called after subscriptions were deleted, before the request is answered and before anything else is written. Called again
    /// until all their deliveries are dropped. Not called when a subscription is missing for another reason.
    /// </summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The deletions that are not complete, with the files that are left.</returns>
    ValueTask<IReadOnlyList<SubscriptionDeletion>> OnDeletedAsync(IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken);
}
