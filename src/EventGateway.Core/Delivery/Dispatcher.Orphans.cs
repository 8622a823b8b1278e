using System.Xml;
using EventGateway.Core.Registry;

namespace EventGateway.Core.Delivery;

// Deliveries without a route are held: a configuration that does not know a subscription (an older backup, a lost file) is
// no decision to drop what waits for it. Only a deletion is one.
public sealed partial class Dispatcher
{
    private readonly Orphans _orphans;

    /// <summary>How many deliveries are held in each space because their subscription is not in the configuration.</summary>
    public IEnumerable<(string Space, long Deliveries)> CountOrphans() => _orphans.CountBySpace();

    /// <summary>Notes that a subscription is about to be deleted. <see cref="DropAsync(Subscription, CancellationToken)"/> follows, or <see cref="Resume"/>.</summary>
    /// <param name="subscription">The subscription.</param>
    public void ExpectDeletion(Subscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        _orphans.AddDeletion(subscription.Space, subscription.SubscriptionId);
    }

    /// <summary>Drops the deliveries that wait for a subscription that was deleted. Must run before it is created again.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Done once that is stored as durably as the store promises.</returns>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    public async ValueTask DropAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var key = SubscriptionKey.Of(subscription);
        ExpectDeletion(subscription);
        var keys = new HashSet<SubscriptionKey> { key };
        if (subscription.Delivery?.DeadLetterFunctionId is { } functionId)
        {
            keys.Add(key with { FunctionId = functionId });
        }

        // Deliveries to an earlier dead-letter function of the subscription are orphaned.
        keys.UnionWith(_orphans.Subscriptions.Where(orphan => orphan.SubscriptionId == key.SubscriptionId && orphan.Space == key.Space));
        foreach (var dropped in keys)
        {
            try
            {
                await DropAsync(dropped, subscription.EventType, cancellationToken);
            }
            catch
            {
                // The lane drops one delivery after the other, as soon as the store lets it.
                Signal(dropped);
                throw;
            }
        }
    }

    /// <summary>Goes on with held deliveries of a subscription that has come into force, or whose function has.</summary>
    /// <param name="space">The space. Null means any.</param>
    /// <param name="subscriptionId">The subscription's id. Null means any of the space.</param>
    public void Resume(string? space, string? subscriptionId)
    {
        if (space is not null && subscriptionId is not null)
        {
            _orphans.RemoveDeletion(space, subscriptionId);
        }

        foreach (var orphan in _orphans.Subscriptions)
        {
            if ((space is null || orphan.Space == space) && (subscriptionId is null || orphan.SubscriptionId == subscriptionId))
            {
                Signal(orphan);
            }
        }
    }

    private async ValueTask DropAsync(SubscriptionKey subscription, string eventType, CancellationToken cancellationToken)
    {
        var dropped = await _store.DropAsync(subscription, cancellationToken);
        _orphans.TryRemove(subscription);
        if (dropped > 0)
        {
            LogDropped(subscription.Space, subscription.SubscriptionId, subscription.FunctionId, dropped);
            _metrics.Dropped(subscription.Space, eventType, dropped);
            Finish(_store.IsDurable ? 0 : dropped);
        }
    }

    // Events that were on their way to the store when their subscription was deleted are leased and dropped. So is what memory
    // holds when the process ends.
    private bool MustHold(SubscriptionKey subscription) =>
        !_orphans.WasDeleted(subscription) && (_store.IsDurable || !Volatile.Read(ref _draining));

    // Leases what has waited for too long. The rest stays in the store until the subscription is back.
    private async ValueTask<Lease?> LeaseOrphanedAsync(SubscriptionKey subscription, Memory<LeasedDelivery> into)
    {
        if (_orphans.TryAdd(subscription))
        {
            var count = await _store.CountAsync(subscription, _aborted);
            _orphans.SetCount(subscription, count);
            if (count > 0)
            {
                LogOrphaned(count, subscription.Space, subscription.SubscriptionId, subscription.FunctionId);
            }

            if (_routes.Find(subscription.Space, subscription.SubscriptionId, subscription.FunctionId) is not null)
            {
                // It came back before it was among the orphans that are resumed.
                return null;
            }
        }

        var lease = await _store.LeaseOverdueAsync(subscription, into, _timeProvider.GetUtcNow() - DeliveryDefaults.MaxAge, _aborted);
        if (lease.NextDue is { } due)
        {
            _wakeUps.Set(subscription, due + DeliveryDefaults.MaxAge);
        }
        else if (lease.Count < into.Length)
        {
            // These were the last ones.
            _orphans.TryRemove(subscription);
        }

        return new Lease(lease.Count);
    }

    private void Adopt(SubscriptionKey subscription)
    {
        if (_orphans.TryRemove(subscription))
        {
            LogAdopted(subscription.Space, subscription.SubscriptionId, subscription.FunctionId);
        }
    }

    private DeliveryVerdict JudgeOrphaned(LeasedDelivery delivery)
    {
        var subscription = delivery.Subscription;
        var now = _timeProvider.GetUtcNow();
        if (!MustHold(subscription))
        {
            LogUnsubscribed(subscription.Space, subscription.SubscriptionId, delivery.EventId);
            return new DeliveryVerdict(DeliveryFate.Dropped);
        }

        if (now - delivery.AcceptedSteadily >= DeliveryDefaults.MaxAge)
        {
            _orphans.CountDown(subscription);
            return new DeliveryVerdict(_store.IsDurable ? DeliveryFate.DeadLettered : DeliveryFate.Dropped)
            {
                Reason = $"orphaned: the configuration had no subscription {subscription.SubscriptionId} to function {subscription.FunctionId}"
                    + $" for longer than the maximum age of {XmlConvert.ToString(DeliveryDefaults.MaxAge)}.",
            };
        }

        return new DeliveryVerdict(DeliveryFate.Held) { RetryAt = now };
    }
}
