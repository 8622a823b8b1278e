using System.Runtime.InteropServices;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The queues of all subscriptions that have deliveries. Safe for concurrent use.</summary>
internal sealed class QueueTable(DeliveryStoreSettings settings)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SubscriptionKey, SubscriptionQueue> _queues = [];
    private readonly LeasedDeliveries _leased = new();

    // Rows of repaired files that were in memory or leased at that time. Positions are never reused.
    private readonly HashSet<QueuePosition> _known = [];
    private long _readyBytes;

    /// <summary>Lists the subscriptions.</summary>
    public SubscriptionKey[] List()
    {
        lock (_gate)
        {
            return [.. _queues.Keys];
        }
    }

    /// <summary>Notes rows that were found when the store was opened, or were made due.</summary>
    public void Restore(SubscriptionKey subscription, Segment segment, long number, QueuePosition first)
    {
        lock (_gate)
        {
            QueueOf(subscription).AddUnread(segment, number, first);
        }
    }

    /// <summary>Notes the rows that wait in a repaired file. Those that are in memory or leased are not read again.</summary>
    public void Restore(Segment segment, List<(SubscriptionKey Subscription, long Number, QueuePosition First)> waiting)
    {
        lock (_gate)
        {
            foreach (var delivery in _leased.All.Concat(_queues.Values.SelectMany(static queue => queue.Ready)))
            {
                if (delivery.Segment == segment)
                {
                    _known.Add(delivery.Position);
                }
            }

            foreach (var (subscription, number, first) in waiting)
            {
                QueueOf(subscription).AddUnread(segment, number, first);
            }
        }
    }

    /// <summary>Notes deliveries that have been stored, in the order of their numbers.</summary>
    public void Append(List<AppendOperation> appends)
    {
        lock (_gate)
        {
            foreach (var append in appends)
            {
                foreach (var @event in append.Events)
                {
                    foreach (var delivery in @event.Deliveries)
                    {
                        Append(delivery);
                    }
                }
            }
        }
    }

    /// <summary>Notes that a leased delivery is to be due again.</summary>
    public void BeginRetry(SubscriptionKey subscription, long due)
    {
        lock (_gate)
        {
            QueueOf(subscription).BeginRetry(due);
        }
    }

    /// <summary>Notes the stored verdicts on leased deliveries, in the order of their numbers.</summary>
    public void Complete(List<CompleteOperation> completions)
    {
        lock (_gate)
        {
            foreach (var completion in completions)
            {
                var subscription = completion.Delivery.Subscription;
                var queue = QueueOf(subscription);
                _leased.Remove(completion.Delivery);
                queue.Complete(completion.Delivery, completion.Next, wasRetry: completion.Verdict.RetryAt is not null);
                Forget(subscription, queue);
            }
        }
    }

    /// <summary>Notes that deliveries are dropped.</summary>
    /// <param name="segment">The segment whose file has them.</param>
    /// <param name="number">The number of the subscription in the file.</param>
    public void Drop(SubscriptionKey subscription, Segment segment, long number)
    {
        lock (_gate)
        {
            segment.Drop(number, subscription.Space);
            if (_queues.TryGetValue(subscription, out var queue))
            {
                _readyBytes -= queue.ForgetDropped();
                Forget(subscription, queue);
            }
        }
    }

    /// <summary>Whether a subscription has deliveries, leased ones included.</summary>
    public bool Has(SubscriptionKey subscription)
    {
        lock (_gate)
        {
            return _queues.ContainsKey(subscription);
        }
    }

    /// <summary>Lists the files in which deliveries of a subscription wait, and the numbers of the subscription in them.</summary>
    public (Segment Segment, long Number)[] ListNumbers(SubscriptionKey subscription)
    {
        lock (_gate)
        {
            return _queues.TryGetValue(subscription, out var queue) ? [.. queue.ListNumbers()] : [];
        }
    }

    /// <summary>Lists the subscriptions that have deliveries in a file, leased ones included, and their numbers in it.</summary>
    public (SubscriptionKey Subscription, long Number)[] ListNumbers(Segment segment)
    {
        lock (_gate)
        {
            var waiting =
                from queue in _queues
                from source in queue.Value.ListNumbers()
                where source.Segment == segment
                select (queue.Key, source.Number);
            var leased = _leased.All.Where(delivery => delivery.Segment == segment && !segment.IsDropped(delivery.Number))
                .Select(static delivery => (delivery.Subscription, delivery.Number));
            return [.. waiting.Concat(leased).Distinct()];
        }
    }

    /// <summary>Lists the deliveries of a file whose functions are being called.</summary>
    public SqliteDelivery[] ListCalled(Segment segment)
    {
        lock (_gate)
        {
            return [.. _leased.All.Where(delivery => delivery.IsBeingCalled && delivery.Segment == segment)];
        }
    }

    /// <summary>Takes deliveries that are in memory.</summary>
    /// <param name="into">Receives them.</param>
    /// <param name="dueBy">Takes only deliveries that are due at this time or before, in microseconds since 1970.</param>
    /// <param name="nextDue">When the first delivery in memory is due that may not be taken. Null when there is none.</param>
    /// <returns>How many.</returns>
    public int Take(SubscriptionKey subscription, Span<LeasedDelivery> into, long dueBy, out long? nextDue)
    {
        lock (_gate)
        {
            nextDue = null;
            var taken = 0;
            if (_queues.TryGetValue(subscription, out var queue))
            {
                while (taken < into.Length && queue.Ready.TryPeek(out var next))
                {
                    if (next.Position.Due > dueBy)
                    {
                        nextDue = next.Position.Due;
                        break;
                    }

                    queue.TryTake(out var delivery);
                    into[taken++] = delivery!;
                    _leased.Add(delivery!);
                    _readyBytes -= delivery!.Size;
                }
            }

            return taken;
        }
    }

    /// <summary>Takes deliveries that are in memory.</summary>
    /// <returns>How many.</returns>
    public int Take(SubscriptionKey subscription, Span<LeasedDelivery> into)
    {
        lock (_gate)
        {
            var taken = 0;
            if (_queues.TryGetValue(subscription, out var queue))
            {
                while (taken < into.Length && queue.TryTake(out var delivery))
                {
                    into[taken++] = delivery!;
                    _leased.Add(delivery!);
                    _readyBytes -= delivery!.Size;
                }
            }

            return taken;
        }
    }

    /// <summary>Begins to read rows of a subscription that has none in memory.</summary>
    /// <param name="horizon">How far rows may be read.</param>
    /// <param name="now">The time.</param>
    /// <param name="needed">How many are wanted now.</param>
    /// <param name="nextDue">When to read again. Null when there is something to read, or nothing waits.</param>
    /// <returns>The rows to read. Null when nothing is due.</returns>
    public ReadRange? BeginRead(SubscriptionKey subscription, QueuePosition horizon, long now, int needed, out long? nextDue)
    {
        lock (_gate)
        {
            nextDue = null;
            if (!_queues.TryGetValue(subscription, out var queue))
            {
                return null;
            }

            // When memory is full, only the rows that are leased at once are read.
            var room = settings.ReadyBytes - _readyBytes;
            var length = room > 0 ? Math.Max(needed, settings.ReadyLength) : needed;
            var range = queue.BeginRead(horizon, length, Math.Max(1, room / 16));
            if (range is null)
            {
                nextDue = queue.NextDue(now);
                Forget(subscription, queue);
            }

            return range;
        }
    }

    /// <summary>Notes the rows that were read; they are in memory now.</summary>
    public void EndRead(SubscriptionKey subscription, ReadRange range, List<SqliteDelivery> rows, QueuePosition? next)
    {
        lock (_gate)
        {
            var queue = QueueOf(subscription);
            if (range.Segment.IsDropped(range.Number))
            {
                rows.Clear();
                next = null;
            }

            if (_known.Count > 0)
            {
                rows.RemoveAll(row => _known.Contains(row.Position));
            }

            queue.EndRead(range, rows, next);
            foreach (var row in rows)
            {
                _readyBytes += row.Size;
            }

            Forget(subscription, queue);
        }
    }

    private void Append(SqliteDelivery delivery)
    {
        var queue = QueueOf(delivery.Subscription);
        if (queue.Ready.Count < settings.ReadyLength && _readyBytes + delivery.Size <= settings.ReadyBytes && queue.CanKeep(delivery.Position))
        {
            queue.Ready.Enqueue(delivery);
            _readyBytes += delivery.Size;
        }
        else
        {
            queue.AddUnread(delivery.Segment, delivery.Number, delivery.Position);
        }
    }

    private SubscriptionQueue QueueOf(SubscriptionKey subscription)
    {
        ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(_queues, subscription, out _);
        return queue ??= new SubscriptionQueue();
    }

    private void Forget(SubscriptionKey subscription, SubscriptionQueue queue)
    {
        if (queue.IsIdle)
        {
            _queues.Remove(subscription);
        }
    }
}
