using System.Collections.Concurrent;
using System.Threading.Channels;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>Records the verdicts of a store in memory, and claims to be durable.</summary>
internal sealed class RecordingStore(IDeliveryStore store) : IDeliveryStore
{
    private readonly ConcurrentQueue<(string EventId, DeliveryVerdict Verdict)> _verdicts = new();

    private readonly ConcurrentQueue<(string EventId, string SubscriptionId)> _skips = new();

    private readonly Channel<SubscriptionKey> _leases = Channel.CreateUnbounded<SubscriptionKey>();

    private int _leaseCalls;
    private int _overdueLeases;

    public bool IsDurable => true;

    public long Count => store.Count;

    public IReadOnlyList<(string EventId, DeliveryVerdict Verdict)> Verdicts => [.. _verdicts];

    public IReadOnlyCollection<SpaceBacklog> ReadBacklog() => store.ReadBacklog();

    /// <summary>How often <see cref="ListWaitingAsync"/> was called.</summary>
    public int Lists { get; private set; }

    public ValueTask<IReadOnlyCollection<SubscriptionKey>> ListWaitingAsync(CancellationToken cancellationToken)
    {
        Lists++;
        return store.ListWaitingAsync(cancellationToken);
    }

    /// <summary>The ids of the events that were skipped, with the subscriptions.</summary>
    public IReadOnlyList<(string EventId, string SubscriptionId)> Skips => [.. _skips];

    public ValueTask<AcceptResult> AppendAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        foreach (var deliveries in events)
        {
            foreach (var route in deliveries.Skipped ?? [])
            {
                _skips.Enqueue((deliveries.Event.Id, route.Subscription.SubscriptionId));
            }
        }

        return store.AppendAsync(events, cancellationToken);
    }

    public ValueTask<Lease> LeaseAsync(SubscriptionKey subscription, Memory<LeasedDelivery> into, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _leaseCalls);
        _leases.Writer.TryWrite(subscription);
        return store.LeaseAsync(subscription, into, cancellationToken);
    }

    /// <summary>How often <see cref="LeaseAsync"/> was called.</summary>
    public int Leases => Volatile.Read(ref _leaseCalls);

    /// <summary>How often <see cref="LeaseOverdueAsync"/> was called.</summary>
    public int OverdueLeases => _overdueLeases;

    public ValueTask<Lease> LeaseOverdueAsync(
        SubscriptionKey subscription, Memory<LeasedDelivery> into, DateTimeOffset dueBy, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _overdueLeases);
        return store.LeaseOverdueAsync(subscription, into, dueBy, cancellationToken);
    }

    public ValueTask<long> CountAsync(SubscriptionKey subscription, CancellationToken cancellationToken) =>
        store.CountAsync(subscription, cancellationToken);

    public ValueTask<DropResult> DropAsync(
        IReadOnlyCollection<SubscriptionKey> subscriptions, IReadOnlyCollection<long>? files, CancellationToken cancellationToken) =>
        store.DropAsync(subscriptions, files, cancellationToken);

    /// <summary>Returns the subscription of the next lease that was not returned before. Waits for one if necessary.</summary>
    public ValueTask<SubscriptionKey> NextLeaseAsync(CancellationToken cancellationToken) => _leases.Reader.ReadAsync(cancellationToken);

    public async ValueTask CompleteAsync(LeasedDelivery delivery, DeliveryVerdict verdict, CancellationToken cancellationToken)
    {
        await store.CompleteAsync(delivery, verdict, cancellationToken);
        _verdicts.Enqueue((delivery.EventId, verdict));
    }
}
