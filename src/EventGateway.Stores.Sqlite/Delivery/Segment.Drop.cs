using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

internal sealed partial class Segment
{
    private readonly ConcurrentDictionary<long, string> _dropped = new();
    private readonly ConcurrentQueue<(long Number, string Space)> _toDelete = new();

    // Drops that came while the file was damaged. Also the lock for them.
    private readonly HashSet<SubscriptionKey> _postponedDrops = [];

    /// <summary>Whether deliveries were dropped whose rows are still in the file.</summary>
    public bool HasDropped => !_toDelete.IsEmpty;

    /// <summary>Whether the deliveries that wait under a number of a subscription are dropped.</summary>
    public bool IsDropped(long number) => _dropped.ContainsKey(number);

    /// <summary>Notes that the deliveries that wait under a number of a subscription are dropped.</summary>
    /// <param name="space">The space of the subscription.</param>
    public void Drop(long number, string space)
    {
        if (_dropped.TryAdd(number, space))
        {
            _toDelete.Enqueue((number, space));
        }
    }

    /// <summary>Postpones a drop until the damaged file is repaired.</summary>
    /// <returns>False when the file is not damaged: the drop can be made now.</returns>
    public bool TryPostponeDrop(IEnumerable<SubscriptionKey> subscriptions)
    {
        lock (_postponedDrops)
        {
            if (Damage.IsSet)
            {
                _postponedDrops.UnionWith(subscriptions);
                return true;
            }

            return false;
        }
    }

    /// <summary>Deletes rows of dropped deliveries. Must be called on the writer's thread.</summary>
    /// <param name="delete">Deletes some rows of a number, and returns whether there may be more.</param>
    public void DeleteDropped(Func<string, long, bool> delete)
    {
        if (_toDelete.TryPeek(out var first) && !delete(first.Space, first.Number))
        {
            _toDelete.TryDequeue(out _);
        }
    }

    // Ends the damage when no drop is left. From then on the writer makes the drops.
    private void EndDamage(QueueTable? queues)
    {
        while (true)
        {
            SubscriptionKey[] drops;
            lock (_postponedDrops)
            {
                drops = [.. _postponedDrops];
            }

            foreach (var drop in drops)
            {
                Drop(drop);
            }

            // Before the file is read again, because rows that are in memory must not be read twice.
            queues?.Restore(this, ListWaiting());
            lock (_postponedDrops)
            {
                _postponedDrops.ExceptWith(drops);
                if (_postponedDrops.Count == 0)
                {
                    Damage.Clear();
                    return;
                }
            }
        }
    }

    // See SegmentWriter.Renumber. The file takes no new events, so all deliveries with earlier numbers are from before the drop.
    private void Drop(SubscriptionKey subscription)
    {
        const string OfSubscription = "FROM subscriptions WHERE space = ?1 AND subscription = ?2 AND function = ?3";
        using var connection = File.OpenWriter();
        using var add = new Statement(
            connection, $"INSERT INTO subscriptions (space, subscription, function) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 {OfSubscription})");
        add.Bind(1, subscription.Space).Bind(2, subscription.SubscriptionId).Bind(3, subscription.FunctionId).Run();
        using var list = new Statement(connection, $"SELECT n {OfSubscription} ORDER BY n DESC LIMIT -1 OFFSET 1");
        list.Bind(1, subscription.Space).Bind(2, subscription.SubscriptionId).Bind(3, subscription.FunctionId);
        while (list.Step())
        {
            Drop(list.Long(0), subscription.Space);
        }
    }
}
