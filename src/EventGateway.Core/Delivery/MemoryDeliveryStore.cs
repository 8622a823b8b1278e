using System.Runtime.InteropServices;
using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Delivery;

/// <summary>
/// Keeps deliveries in memory: at most once, lost with the process. Bounded by number and bytes; refuses what exceeds
/// either. A function that has half of either gets no more until deliveries of it end, which leaves room to all others.
/// </summary>
/// <param name="defaults">The bounds, and the format of subscriptions that name none.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class MemoryDeliveryStore(GatewayDefaults defaults, TimeProvider timeProvider) : IDeliveryStore
{
    private const int Formats = (int)CloudEventFormat.V01Structured + 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<FunctionKey, FunctionBacklog> _functions = [];
    private long _count;
    private long _bytes;

    /// <inheritdoc/>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The memory that deliveries hold, in bytes: unused room in the buffers of their events counts.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public ValueTask<AcceptResult> AppendAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);

        // Writing the events is most of the work, so a store that is full does not begin with it.
        if (Count >= defaults.BacklogDeliveries || Bytes >= defaults.BacklogBytes || AnyHasItsShare(events))
        {
            return ValueTask.FromResult(AcceptResult.Full);
        }

        var batch = Encode(events);
        if (!TryEnqueue(batch))
        {
            Discard(batch);
            return ValueTask.FromResult(AcceptResult.Full);
        }

        return ValueTask.FromResult(AcceptResult.Accepted);
    }

    /// <inheritdoc/>
    public ValueTask<int> LeaseAsync(FunctionKey function, Memory<LeasedDelivery> into, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_functions.TryGetValue(function, out var backlog) ? backlog.Lease(into.Span) : 0);
        }
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(LeasedDelivery delivery, bool reusable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var completed = (MemoryDelivery)delivery;
        var encoded = completed.Encoded;
        Interlocked.Add(ref _bytes, encoded.Release(reusable) ? -encoded.Size - MemoryDelivery.OwnSize : -MemoryDelivery.OwnSize);
        Interlocked.Decrement(ref _count);
        var function = delivery.Function;
        lock (_gate)
        {
            var backlog = _functions[function];
            backlog.Complete(completed);
            if (backlog.IsEmpty)
            {
                _functions.Remove(function);
            }
        }

        return ValueTask.CompletedTask;
    }

    // Appends that run at once may each find the last room in a share; the bounds of the whole store hold all the same.
    private bool AnyHasItsShare(IReadOnlyList<EventDeliveries> events)
    {
        lock (_gate)
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

    private Batch Encode(IReadOnlyList<EventDeliveries> events)
    {
        var batch = default(Batch);
        var acceptedAt = timeProvider.GetTimestamp();
        var encodings = new EncodedEvent?[Formats];
        for (var i = 0; i < events.Count; i++)
        {
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
                    Space = subscription.Space,
                    SubscriptionId = subscription.SubscriptionId,
                    FunctionId = subscription.FunctionId,
                    EventId = @event.Id,
                    EventType = @event.Type,
                    Payload = encoded.Payload,
                    AcceptedAt = acceptedAt,
                });
            }
        }

        return batch;
    }

    private bool TryEnqueue(Batch batch)
    {
        lock (_gate)
        {
            // Only appends add, and they hold the lock: what there is room for now, there will be room for below.
            if (Count + batch.Count > defaults.BacklogDeliveries || Bytes + batch.Bytes > defaults.BacklogBytes)
            {
                return false;
            }

            Interlocked.Add(ref _count, batch.Count);
            Interlocked.Add(ref _bytes, batch.Bytes);
            for (var delivery = batch.First; delivery is not null;)
            {
                var next = delivery.Next;
                delivery.Next = null;
                ref var backlog = ref CollectionsMarshal.GetValueRefOrAddDefault(_functions, delivery.Function, out _);
                backlog ??= new FunctionBacklog();
                backlog.Add(delivery);
                delivery = next;
            }

            return true;
        }
    }

    private static void Discard(Batch batch)
    {
        for (var delivery = batch.First; delivery is not null; delivery = delivery.Next)
        {
            delivery.Encoded.Release(reusable: true);
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
