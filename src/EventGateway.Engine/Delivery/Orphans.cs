using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// The subscriptions that have deliveries but no route, because they or their functions are not in the configuration. Also
/// remembers for a while which subscriptions were deleted: an event that was on its way to the store at that moment arrives
/// later. Safe for concurrent use.
/// </summary>
internal sealed class Orphans(TimeProvider timeProvider)
{
    // Longer than any request takes from finding its routes to the store.
    private static readonly TimeSpan DeletionMemory = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<SubscriptionKey, long> _counts = new();

    // Indexes of the counts. Without them, the return of many subscriptions or functions would take quadratic time.
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Space, string SubscriptionId), HashSet<SubscriptionKey>> _bySubscription = [];
    private readonly Dictionary<FunctionKey, HashSet<SubscriptionKey>> _byFunction = [];

    // When each deletion was made. Null when it is still to be made.
    private readonly ConcurrentDictionary<(string Space, string SubscriptionId), long?> _deletions = new();
    private readonly ConcurrentQueue<((string Space, string SubscriptionId) Subscription, long Timestamp)> _byAge = new();

    /// <summary>Lists the orphaned subscriptions whose route may have come into force.</summary>
    public SubscriptionKey[] List(ChangedRoutes changed)
    {
        lock (_lock)
        {
            return changed switch
            {
                { Space: { } space, SubscriptionId: { } subscriptionId } => [.. _bySubscription.GetValueOrDefault((space, subscriptionId), [])],
                { Space: { } space, FunctionId: { } functionId } => [.. _byFunction.GetValueOrDefault(new FunctionKey(space, functionId), [])],
                { Space: { } space } => [.. _counts.Keys.Where(key => key.Space == space)],
                _ => [.. _counts.Keys],
            };
        }
    }

    /// <summary>Counts the held deliveries of each space that has orphaned subscriptions.</summary>
    public IEnumerable<(string Space, long Deliveries)> CountBySpace() =>
        _counts.GroupBy(static item => item.Key.Space, static item => item.Value, static (space, counts) => (space, counts.Sum()));

    /// <summary>Notes that a subscription has no route.</summary>
    /// <returns>False when this was known.</returns>
    public bool TryAdd(SubscriptionKey subscription)
    {
        lock (_lock)
        {
            if (!_counts.TryAdd(subscription, 0))
            {
                return false;
            }

            Add(_bySubscription, (subscription.Space, subscription.SubscriptionId), subscription);
            Add(_byFunction, subscription.Function, subscription);
            return true;
        }
    }

    /// <summary>Notes how many deliveries are held for an orphaned subscription.</summary>
    public void SetCount(SubscriptionKey subscription, long count)
    {
        if (_counts.TryGetValue(subscription, out var before))
        {
            _counts.TryUpdate(subscription, count, before);
        }
    }

    /// <summary>Notes that a held delivery has ended.</summary>
    public void CountDown(SubscriptionKey subscription)
    {
        while (_counts.TryGetValue(subscription, out var count) && count > 0 && !_counts.TryUpdate(subscription, count - 1, count))
        {
        }
    }

    /// <summary>Notes that a subscription has a route again, or no deliveries.</summary>
    /// <returns>False when it was not orphaned.</returns>
    public bool TryRemove(SubscriptionKey subscription) => _counts.ContainsKey(subscription) && TryRemoveKnown(subscription);

    /// <summary>Notes that a subscription is deleted, and that its deliveries are still to be dropped.</summary>
    /// <param name="subscriptionId">The subscription's id in the space.</param>
    public void AddDeletion(string space, string subscriptionId) => _deletions[(space, subscriptionId)] = null;

    /// <summary>Notes that the deliveries of a deleted subscription are dropped.</summary>
    /// <param name="subscriptionId">The subscription's id in the space.</param>
    public void EndDeletion(string space, string subscriptionId)
    {
        ForgetOldDeletions();
        var timestamp = timeProvider.GetTimestamp();
        _deletions[(space, subscriptionId)] = timestamp;
        _byAge.Enqueue(((space, subscriptionId), timestamp));
    }

    /// <summary>Notes that a subscription is in the configuration again.</summary>
    public void RemoveDeletion(string space, string subscriptionId) => _deletions.TryRemove((space, subscriptionId), out _);

    /// <summary>Returns whether a subscription was deleted a short while ago, or its deliveries are still to be dropped.</summary>
    public bool WasDeleted(SubscriptionKey subscription) =>
        _deletions.TryGetValue((subscription.Space, subscription.SubscriptionId), out var timestamp) && (timestamp is null || !IsOld(timestamp.Value));

    private static void Add<T>(Dictionary<T, HashSet<SubscriptionKey>> index, T key, SubscriptionKey subscription)
        where T : notnull
    {
        ref var keys = ref CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _);
        (keys ??= []).Add(subscription);
    }

    private static void Remove<T>(Dictionary<T, HashSet<SubscriptionKey>> index, T key, SubscriptionKey subscription)
        where T : notnull
    {
        var keys = index[key];
        keys.Remove(subscription);
        if (keys.Count == 0)
        {
            index.Remove(key);
        }
    }

    private bool TryRemoveKnown(SubscriptionKey subscription)
    {
        lock (_lock)
        {
            if (!_counts.TryRemove(subscription, out _))
            {
                return false;
            }

            Remove(_bySubscription, (subscription.Space, subscription.SubscriptionId), subscription);
            Remove(_byFunction, subscription.Function, subscription);
            return true;
        }
    }

    private void ForgetOldDeletions()
    {
        while (_byAge.TryPeek(out var oldest) && IsOld(oldest.Timestamp) && _byAge.TryDequeue(out oldest))
        {
            _deletions.TryRemove(new(oldest.Subscription, oldest.Timestamp));
        }
    }

    private bool IsOld(long timestamp) => timeProvider.GetElapsedTime(timestamp) > DeletionMemory;
}
