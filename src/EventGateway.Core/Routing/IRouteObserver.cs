using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

/// <summary>Learns which routes come and go.</summary>
public interface IRouteObserver
{
    /// <summary>Called after routes came into force that were not there, or were others. Must return at once and not throw.</summary>
    /// <param name="space">The space. Null means any.</param>
    /// <param name="subscriptionId">The subscription's id in the space. Null means any of the space.</param>
    void OnRouted(string? space, string? subscriptionId);

    /// <summary>
    /// Called before a subscription is deleted. <see cref="OnDeletedAsync"/> follows, or <see cref="OnRouted"/> when it could
    /// not be deleted. Must return at once and not throw.
    /// </summary>
    /// <param name="subscription">The subscription.</param>
    void OnDeleting(Subscription subscription);

    /// <summary>
    /// Called after somebody deleted a subscription, before the deletion is answered and before anything else is written. It
    /// is not called when a subscription is missing for another reason.
    /// </summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">What belongs to the subscription cannot be dropped now.</exception>
    ValueTask OnDeletedAsync(Subscription subscription, CancellationToken cancellationToken);
}
