using System.Xml;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Holds the deliveries of subscriptions that are not in the configuration. A configuration without a subscription may be an
/// older backup or a lost file, so only a deletion drops what waits for it.
/// </summary>
internal sealed class OrphanedDeliveries(
    DeliveryBacklog backlog, Orphans orphans, IRouteDirectory routes, WakeUps wakeUps, TimeProvider timeProvider, ILogger logger)
{
    private readonly IDeliveryStore _store = backlog.Store;

    /// <summary>Returns whether the deliveries of a subscription without a route are held rather than dropped.</summary>
    /// <remarks>
    /// Events that were on their way to the store when their subscription was deleted are leased and dropped, and so are those
    /// whose deletion could not be stored. Memory drops what it holds when the process ends.
    /// </remarks>
    public bool MustHold(SubscriptionKey subscription) =>
        !orphans.WasDeleted(subscription) && (_store.IsDurable || !backlog.Drain.IsDraining);

    /// <summary>Leases held deliveries that have waited too long. The others stay in the store until the subscription is back.</summary>
    /// <returns>Null when the subscription is back.</returns>
    public async ValueTask<Lease?> LeaseAsync(SubscriptionKey subscription, Memory<LeasedDelivery> into)
    {
        if (orphans.TryAdd(subscription))
        {
            var count = await _store.CountAsync(subscription, backlog.Drain.CutOff);
            orphans.SetCount(subscription, count);
            if (count > 0)
            {
                logger.LogOrphaned(count, subscription.Space, subscription.SubscriptionId, subscription.FunctionId);
            }

            if (routes.Find(subscription.Space, subscription.SubscriptionId, subscription.FunctionId) is not null)
            {
                // The subscription came back before it was added above, so nothing would resume its deliveries.
                return null;
            }
        }

        var dueBy = timeProvider.GetUtcNow() - DeliveryDefaults.MaxAge;
        var lease = await _store.LeaseOverdueAsync(subscription, into, dueBy, backlog.Drain.CutOff);
        if (lease.NextDue is { } due)
        {
            wakeUps.Set(subscription, due + DeliveryDefaults.MaxAge);
        }
        else if (lease.Count < into.Length)
        {
            // These were the last ones.
            orphans.TryRemove(subscription);
        }

        return new Lease(lease.Count);
    }

    /// <summary>Notes that a subscription has a route, or that its deliveries are dropped.</summary>
    public void Adopt(SubscriptionKey subscription)
    {
        if (orphans.TryRemove(subscription))
        {
            logger.LogAdopted(subscription.Space, subscription.SubscriptionId, subscription.FunctionId);
        }
    }

    /// <summary>Decides what becomes of a delivery that has no route.</summary>
    public DeliveryVerdict Judge(LeasedDelivery delivery)
    {
        var subscription = delivery.Subscription;
        var now = timeProvider.GetUtcNow();
        if (!MustHold(subscription))
        {
            logger.LogUnsubscribed(subscription.Space, subscription.SubscriptionId, delivery.EventId);
            return new DeliveryVerdict(DeliveryFate.Dropped);
        }

        if (now - delivery.AcceptedSteadily >= DeliveryDefaults.MaxAge)
        {
            orphans.CountDown(subscription);
            return new DeliveryVerdict(_store.IsDurable ? DeliveryFate.DeadLettered : DeliveryFate.Dropped)
            {
                Reason = $"orphaned: the configuration had no subscription {subscription.SubscriptionId} to function {subscription.FunctionId}"
                    + $" for longer than the maximum age of {XmlConvert.ToString(DeliveryDefaults.MaxAge)}.",
            };
        }

        return new DeliveryVerdict(DeliveryFate.Held) { RetryAt = now };
    }
}
