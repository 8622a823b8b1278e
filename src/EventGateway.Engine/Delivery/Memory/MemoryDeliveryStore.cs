using System.Runtime.InteropServices;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>
/// Keeps deliveries in memory, at most once: they are lost with the process. Bounded by number and bytes. A function that has
/// half of either gets no more until deliveries of it end, which leaves room for all others.
/// </summary>
/// <param name="defaults">The bounds, and the format for subscriptions that do not set one.</param>
public sealed class MemoryDeliveryStore(GatewayDefaults defaults, TimeProvider timeProvider) : IDeliveryStore
{
    private const int Formats = (int)CloudEventFormat.V01Structured + 1;

    private readonly Lock _lock = new();
    private readonly SteadyTimeProvider _timeProvider = SteadyTimeProvider.Of(timeProvider);
    private readonly MemoryEventKeys _keys = new(defaults.DedupKeys, SteadyTimeProvider.Of(timeProvider));
    private readonly Dictionary<SubscriptionKey, MemoryQueue> _queues = [];
    private readonly Dictionary<FunctionKey, FunctionBacklog> _functions = [];
    private long _count;
    private long _bytes;

    /// <inheritdoc/>
    public bool IsDurable => false;

    /// <inheritdoc/>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The memory that deliveries hold, in bytes, with the unused room in the buffers of their events.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public ValueTask<AcceptResult> AppendAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);

        // A full store refuses the events before it writes them, because writing is most of the work.
        if (Count >= defaults.BacklogDeliveries || Bytes >= defaults.BacklogBytes || AnyHasItsShare(events))
        {
            return ValueTask.FromResult(AcceptResult.Full);
        }

        // An event that is stored by another append meanwhile makes one more round.
        var hasKeys = EventKeys.AreIn(events);
        while (true)
        {
            var duplicates = hasKeys ? FindDuplicates(events) : null;
            var batch = Encode(events, duplicates);
            if (TryEnqueue(batch, events, hasKeys, duplicates) is { } result)
            {
                if (!result.IsAccepted)
                {
                    Discard(batch);
                }

                return ValueTask.FromResult(result);
            }

            Discard(batch);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<SpaceBacklog> ReadBacklog()
    {
        var spaces = new Dictionary<string, SpaceBacklog>(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach (var (subscription, queue) in _queues)
            {
                ref var backlog = ref CollectionsMarshal.GetValueRefOrAddDefault(spaces, subscription.Space, out _);
                var oldest = queue.Oldest?.AcceptedAt;
                backlog = new SpaceBacklog(
                    subscription.Space,
                    backlog.Deliveries + queue.Count,
                    backlog.OldestAcceptedAt is { } other && !(oldest < other) ? other : oldest);
            }
        }

        return spaces.Values;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyCollection<SubscriptionKey>> ListWaitingAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyCollection<SubscriptionKey>>([.. _queues.Keys]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Lease> LeaseAsync(SubscriptionKey subscription, Memory<LeasedDelivery> into, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(
                _queues.TryGetValue(subscription, out var queue) ? queue.Lease(into.Span, _timeProvider.GetUtcNow()) : default);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Lease> LeaseOverdueAsync(
        SubscriptionKey subscription, Memory<LeasedDelivery> into, DateTimeOffset dueBy, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_queues.TryGetValue(subscription, out var queue) ? queue.LeaseOverdue(into.Span, dueBy) : default);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(SubscriptionKey subscription, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_queues.TryGetValue(subscription, out var queue) ? queue.Count : 0L);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DropResult> DropAsync(
        IReadOnlyCollection<SubscriptionKey> subscriptions, IReadOnlyCollection<long>? files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        var dropped = 0L;
        lock (_lock)
        {
            foreach (var subscription in subscriptions)
            {
                if (_queues.TryGetValue(subscription, out var queue))
                {
                    dropped += Drop(queue);
                }
            }
        }

        return ValueTask.FromResult(new DropResult(dropped, []));
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(LeasedDelivery delivery, DeliveryVerdict verdict, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var leased = (MemoryDelivery)delivery;
        if (verdict.RetryAt is { } due && TryRetry(leased, verdict, due))
        {
            return ValueTask.CompletedTask;
        }

        Release(leased, verdict.PayloadStillRead);
        lock (_lock)
        {
            Forget(leased);
        }

        return ValueTask.CompletedTask;
    }

    private bool TryRetry(MemoryDelivery leased, DeliveryVerdict verdict, DateTimeOffset due)
    {
        lock (_lock)
        {
            if (leased.IsDropped)
            {
                return false;
            }

            var now = _timeProvider.GetUtcNow();
            leased.Encoded.KeepFromReuse(verdict.PayloadStillRead);
            _queues[leased.Subscription].Retry(leased, leased.Again(attempted: verdict.Fate is not DeliveryFate.Held), due < now ? now : due);
            return true;
        }
    }

    private void Release(MemoryDelivery delivery, bool stillRead)
    {
        var encoded = delivery.Encoded;
        Interlocked.Add(ref _bytes, encoded.Release(stillRead) ? -encoded.Size - MemoryDelivery.OwnSize : -MemoryDelivery.OwnSize);
        Interlocked.Decrement(ref _count);
    }

    // Must be called inside the lock.
    private int Drop(MemoryQueue queue)
    {
        var waiting = queue.Drop();
        foreach (var delivery in waiting)
        {
            Release(delivery, stillRead: false);
            Forget(delivery);
        }

        return waiting.Count;
    }

    // Must be called inside the lock.
    private void Forget(MemoryDelivery delivery)
    {
        var queue = _queues[delivery.Subscription];
        queue.Complete(delivery);
        queue.Function.Remove(delivery);
        if (queue.Count == 0)
        {
            _queues.Remove(delivery.Subscription);
            if (queue.Function.IsEmpty)
            {
                _functions.Remove(delivery.Subscription.Function);
            }
        }
    }

    // Concurrent appends may exceed a share, but not the bounds of the store.
    private bool AnyHasItsShare(IReadOnlyList<EventDeliveries> events)
    {
        lock (_lock)
        {
            for (var i = 0; i < events.Count; i++)
            {
                foreach (var route in events[i].Routes)
                {
                    var function = new FunctionKey(route.Subscription.Space, route.Subscription.FunctionId);
                    if (_functions.TryGetValue(function, out var backlog) && backlog.HasShare(defaults))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private List<int>? FindDuplicates(IReadOnlyList<EventDeliveries> events)
    {
        lock (_lock)
        {
            return _keys.Find(events);
        }
    }

    private Batch Encode(IReadOnlyList<EventDeliveries> events, List<int>? duplicates)
    {
        var batch = default(Batch);
        var acceptedAt = _timeProvider.GetUtcNow();
        var encodings = new EncodedEvent?[Formats];
        for (var i = 0; i < events.Count; i++)
        {
            if (duplicates?.BinarySearch(i) >= 0)
            {
                continue;
            }

            var (@event, routes) = events[i];
            Array.Clear(encodings);
            foreach (var route in routes)
            {
                var subscription = route.Subscription;
                var format = subscription.Delivery?.CloudEvents ?? defaults.CloudEventFormat;
                ref var encoded = ref encodings[(int)format];
                if (encoded is null)
                {
                    encoded = new EncodedEvent(@event, format);
                    batch.Bytes += encoded.Size;
                }

                encoded.Retain();
                batch.Bytes += MemoryDelivery.OwnSize;
                batch.Add(new MemoryDelivery(encoded)
                {
                    Subscription = SubscriptionKey.Of(subscription),
                    EventId = @event.Id,
                    EventType = @event.Type,
                    Payload = encoded.Payload,
                    Format = format,
                    AcceptedAt = acceptedAt,
                });
            }
        }

        return batch;
    }

    // Returns null when other duplicates must be left out.
    private AcceptResult? TryEnqueue(Batch batch, IReadOnlyList<EventDeliveries> events, bool hasKeys, List<int>? duplicates)
    {
        lock (_lock)
        {
            // Must be checked inside the lock, because other appends add deliveries.
            if (Count + batch.Count > defaults.BacklogDeliveries || Bytes + batch.Bytes > defaults.BacklogBytes)
            {
                return AcceptResult.Full;
            }

            var forgotten = 0;
            if (hasKeys && !_keys.TryKeep(events, duplicates, out forgotten))
            {
                return null;
            }

            Interlocked.Add(ref _count, batch.Count);
            Interlocked.Add(ref _bytes, batch.Bytes);
            for (var delivery = batch.First; delivery is not null;)
            {
                var next = delivery.Next;
                delivery.Next = null;
                var queue = QueueOf(delivery.Subscription);
                queue.Add(delivery);
                queue.Function.Add(delivery);
                delivery = next;
            }

            return AcceptResult.Accepted with { Duplicates = duplicates?.ToArray(), ForgottenKeys = forgotten };
        }
    }

    // Must be called inside the lock.
    private MemoryQueue QueueOf(SubscriptionKey subscription)
    {
        ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(_queues, subscription, out _);
        if (queue is null)
        {
            ref var function = ref CollectionsMarshal.GetValueRefOrAddDefault(_functions, subscription.Function, out _);
            queue = new MemoryQueue(function ??= new FunctionBacklog());
        }

        return queue;
    }

    private static void Discard(Batch batch)
    {
        for (var delivery = batch.First; delivery is not null; delivery = delivery.Next)
        {
            delivery.Encoded.Release(stillRead: false);
        }
    }

    private struct Batch
    {
        private MemoryDeliveryQueue _deliveries;

        public readonly MemoryDelivery? First => _deliveries.First;

        public int Count { get; private set; }

        public long Bytes { get; set; }

        public void Add(MemoryDelivery delivery)
        {
            _deliveries.Add(delivery);
            Count++;
        }
    }
}
