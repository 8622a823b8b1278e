using System.Runtime.InteropServices;
using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Delivery;

/// <summary>
/// Keeps deliveries in memory: at most once, lost with the process. Bounded by number and bytes; refuses what exceeds
/// either.
/// </summary>
/// <param name="defaults">The bounds, and the format of subscriptions that name none.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class MemoryDeliveryStore(GatewayDefaults defaults, TimeProvider timeProvider) : IDeliveryStore
{
    private const int Formats = (int)CloudEventFormat.V01Structured + 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<FunctionKey, Waiting> _waiting = [];
    private long _count;
    private long _bytes;

    /// <inheritdoc/>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The bytes of the events that are in the store.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public ValueTask<AcceptResult> AppendAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);

        // Writing the events is most of the work, so a store that is full does not begin with it.
        if (Count >= defaults.BacklogDeliveries || Bytes >= defaults.BacklogBytes)
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
        var leased = 0;
        var deliveries = into.Span;
        lock (_gate)
        {
            ref var waiting = ref CollectionsMarshal.GetValueRefOrNullRef(_waiting, function);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref waiting))
            {
                return ValueTask.FromResult(0);
            }

            var first = waiting.First;
            while (first is not null && leased < deliveries.Length)
            {
                deliveries[leased++] = first;
                (first, first.Next) = (first.Next, null);
            }

            waiting.First = first;
            if (first is null)
            {
                _waiting.Remove(function);
            }
        }

        return ValueTask.FromResult(leased);
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(LeasedDelivery delivery, bool reusable, CancellationToken cancellationToken)
    {
        var encoded = ((MemoryDelivery)delivery).Encoded;
        var size = encoded.Size;
        if (encoded.Release(reusable))
        {
            Interlocked.Add(ref _bytes, -size);
        }

        Interlocked.Decrement(ref _count);
        return ValueTask.CompletedTask;
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
                ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, delivery.Function, out _);
                waiting.Add(delivery);
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

    /// <summary>A delivery that is its own link in the queue of its function.</summary>
    private sealed class MemoryDelivery(EncodedEvent encoded) : LeasedDelivery
    {
        public EncodedEvent Encoded => encoded;

        public MemoryDelivery? Next { get; set; }
    }

    private struct Waiting
    {
        public MemoryDelivery? First;
        private MemoryDelivery? _last;

        public void Add(MemoryDelivery delivery)
        {
            if (First is null)
            {
                First = delivery;
            }
            else
            {
                _last!.Next = delivery;
            }

            _last = delivery;
        }
    }

    private struct Batch
    {
        private Waiting _deliveries;

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
