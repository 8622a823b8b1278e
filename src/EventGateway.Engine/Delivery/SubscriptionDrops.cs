using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>Drops the deliveries of deleted subscriptions, and resumes those of subscriptions that are back.</summary>
internal sealed class SubscriptionDrops(DeliveryBacklog backlog, Orphans orphans, DeliveryMetrics metrics, ILogger logger)
{
    /// <summary>Notes that a subscription is about to be deleted. <see cref="DropAsync(IReadOnlyList{SubscriptionDeletion}, CancellationToken)"/> or <see cref="Resume"/> must follow.</summary>
    public void Expect(Subscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        orphans.AddDeletion(subscription.Space, subscription.SubscriptionId);
    }

    /// <summary>
    /// Drops the deliveries that wait for deleted subscriptions. When the store cannot be written now, this is logged, and the
    /// deliveries are dropped one by one as soon as it can.
    /// </summary>
    /// <returns>The deletions that are not yet stored in all files as durably as the store promises, with the files that are left.</returns>
    public async ValueTask<IReadOnlyList<SubscriptionDeletion>> DropAsync(
        IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deletions);
        var left = new List<SubscriptionDeletion>();
        var waiting = deletions.Any(static deletion => deletion.FunctionIds is null)
            ? (await backlog.Store.ListWaitingAsync(cancellationToken)).ToLookup(static key => (key.Space, key.SubscriptionId))
            : null;
        foreach (var deletion in deletions)
        {
            // Deliveries to an earlier dead-letter function of the subscription are orphaned.
            var keys = orphans.List(new ChangedRoutes(deletion.Space, deletion.SubscriptionId)).ToHashSet();
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

    /// <summary>Resumes held deliveries of subscriptions that have come into force, or whose function has.</summary>
    public void Resume(ChangedRoutes changed)
    {
        if (changed is { Space: { } space, SubscriptionId: { } subscriptionId })
        {
            orphans.RemoveDeletion(space, subscriptionId);
        }

        foreach (var orphan in orphans.List(changed))
        {
            backlog.Signal(orphan);
        }
    }

    private async ValueTask<SubscriptionDeletion?> DropAsync(
        SubscriptionDeletion deletion, HashSet<SubscriptionKey> keys, CancellationToken cancellationToken)
    {
        // A deletion from certain files only: the subscription may be there again, with deliveries in other files.
        var isComplete = deletion.Files is null;
        if (isComplete)
        {
            orphans.AddDeletion(deletion.Space, deletion.SubscriptionId);
        }

        var isDropped = false;
        try
        {
            var (dropped, files) = await backlog.Store.DropAsync(keys, deletion.Files, cancellationToken);
            isDropped = true;
            if (dropped > 0)
            {
                logger.LogDropped(deletion.Space, deletion.SubscriptionId, dropped);
                metrics.Dropped(deletion.Space, deletion.EventType, dropped);
                backlog.Drain.EndWaiting(dropped);
            }

            if (isComplete)
            {
                orphans.EndDeletion(deletion.Space, deletion.SubscriptionId);
                foreach (var key in keys)
                {
                    orphans.TryRemove(key);
                }
            }

            return files.Count == 0 ? null : deletion with { Files = files };
        }
        catch (IOException exception)
        {
            logger.LogDropFailed(exception, deletion.Space, deletion.SubscriptionId);
            return deletion;
        }
        finally
        {
            if (!isDropped && isComplete)
            {
                // The lanes drop the deliveries one by one, as soon as the store allows it.
                foreach (var key in keys)
                {
                    backlog.Signal(key);
                }
            }
        }
    }
}
