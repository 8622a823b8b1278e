using System.Xml;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Delivery;

// Deliveries without a route are held: a configuration that does not know a subscription (an older backup, a lost file) is
// no decision to drop what waits for it. Only a deletion is one.
public sealed partial class Dispatcher
{
    private readonly Orphans _orphans;

    /// <summary>How many deliveries are held in each space because their subscription is not in the configuration.</summary>
    public IEnumerable<(string Space, long Deliveries)> CountOrphans() => _orphans.CountBySpace();

    /// <summary>Notes that a subscription is about to be deleted. <see cref="DropAsync(IReadOnlyList{SubscriptionDeletion}, CancellationToken)"/> follows, or <see cref="Resume"/>.</summary>
    /// <param name="subscription">The subscription.</param>
    public void ExpectDeletion(Subscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        _orphans.AddDeletion(subscription.Space, subscription.SubscriptionId);
    }

    /// <summary>
    /// Drops the deliveries that wait for subscriptions that were deleted. Must run before one of them is created again. Where
    /// the store cannot be written now, a log line says so, and the deliveries are dropped one by one as soon as it can be.
    /// </summary>
    /// <param name="deletions">The deletions.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Those that are not stored in all files as durably as the store promises, with the files that are left.</returns>
    public async ValueTask<IReadOnlyList<SubscriptionDeletion>> DropAsync(
        IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deletions);
        var left = new List<SubscriptionDeletion>();
        var waiting = deletions.Any(static deletion => deletion.FunctionIds is null)
            ? (await _store.ListWaitingAsync(cancellationToken)).ToLookup(static key => (key.Space, key.SubscriptionId))
            : null;
        foreach (var deletion in deletions)
        {
            // Deliveries to an earlier dead-letter function of the subscription are orphaned.
            var keys = _orphans.List(new ChangedRoutes(deletion.Space, deletion.SubscriptionId)).ToHashSet();
            keys.UnionWith(deletion.FunctionIds is { } functionIds
                ? functionIds.Select(functionId => new SubscriptionKey(deletion.Space, deletion.SubscriptionId, functionId))
                : waiting![(deletion.Space, deletion.SubscriptionId)]);
            if (await DropAsync(deletion, keys, cancellationToken) is { } rest)
            {
                left.Add(rest);
            }
        }

        return left;
    }

    /// <summary>Goes on with held deliveries of subscriptions that have come into force, or whose function has.</summary>
    /// <param name="changed">The routes.</param>
    public void Resume(ChangedRoutes changed)
    {
        if (changed is { Space: { } space, SubscriptionId: { } subscriptionId })
        {
            _orphans.RemoveDeletion(space, subscriptionId);
        }

        foreach (var orphan in _orphans.List(changed))
        {
            Signal(orphan);
        }
    }

    private async ValueTask<SubscriptionDeletion?> DropAsync(
        SubscriptionDeletion deletion, HashSet<SubscriptionKey> keys, CancellationToken cancellationToken)
    {
        // In certain files alone: the subscription may be there again, and what is in other files is for it.
        var ofAll = deletion.Files is null;
        if (ofAll)
        {
            _orphans.AddDeletion(deletion.Space, deletion.SubscriptionId);
        }

        var isDropped = false;
        try
        {
            var (dropped, files) = await _store.DropAsync(keys, deletion.Files, cancellationToken);
            isDropped = true;
            if (dropped > 0)
            {
                LogDropped(deletion.Space, deletion.SubscriptionId, dropped);
                _metrics.Dropped(deletion.Space, deletion.EventType, dropped);
                Finish(_store.IsDurable ? 0 : dropped);
            }

            if (ofAll)
            {
                _orphans.EndDeletion(deletion.Space, deletion.SubscriptionId);
                foreach (var key in keys)
                {
                    _orphans.TryRemove(key);
                }
            }

            return files.Count == 0 ? null : deletion with { Files = files };
        }
        catch (IOException exception)
        {
            LogDropFailed(exception, deletion.Space, deletion.SubscriptionId);
            return deletion;
        }
        finally
        {
            if (!isDropped && ofAll)
            {
                // Their lanes drop one delivery after the other, as soon as the store lets them.
                foreach (var key in keys)
                {
                    Signal(key);
                }
            }
        }
    }

    // Events that were on their way to the store when their subscription was deleted are leased and dropped, and so are those
    // of a deletion that could not be stored. So is what memory holds when the process ends.
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
