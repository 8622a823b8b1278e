using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// The deliveries of one store that wait: stores new ones, and signals them to the lanes. The signals are a queue that the lanes
/// read. So a reply, a dead letter or a system event can be stored while a delivery is made, without a call back into the lanes.
/// </summary>
public sealed class DeliveryBacklog : IDisposable
{
    // The lanes of more subscriptions than this open gradually.
    private const int MaxSignals = 64;

    private readonly DeliveryMetrics _metrics;

    /// <summary>Creates the backlog of a store.</summary>
    /// <param name="store">Keeps the deliveries.</param>
    /// <param name="metrics">Counts refused deliveries.</param>
    public DeliveryBacklog(IDeliveryStore store, DeliveryMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(store);
        Store = store;
        Drain = new DeliveryDrain(store.IsDurable);
        _metrics = metrics;
    }

    /// <summary>Keeps the deliveries.</summary>
    internal IDeliveryStore Store { get; }

    /// <summary>Refuses deliveries when the process stops.</summary>
    internal DeliveryDrain Drain { get; }

    /// <summary>Signals the lanes of the subscriptions whose deliveries wait.</summary>
    internal DeliverySignals Signals { get; } = new();

    /// <summary>Accepts events for delivery, all of them or none.</summary>
    /// <param name="events">The events. Their memory may be reused once this has returned.</param>
    /// <param name="cancellationToken">Cancelled when the sender no longer waits for the answer.</param>
    /// <returns>Accepted once stored, or why not. Refused deliveries are counted as dropped.</returns>
    public async ValueTask<AcceptResult> AcceptAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        var result = await OfferAsync(events, cancellationToken);
        if (result.IsAccepted)
        {
            CountSkipped(events, result);
        }
        else
        {
            CountRefused(events);
        }

        return result;
    }

    /// <summary>Signals that deliveries of a subscription were stored, or are due. Returns at once.</summary>
    public void Signal(SubscriptionKey subscription) => Signals.Add(subscription);

    /// <inheritdoc/>
    public void Dispose()
    {
        Signals.Complete();
        Drain.Dispose();
    }

    /// <summary>Accepts events for delivery, all of them or none. Does not count a refusal: the caller offers them again.</summary>
    /// <param name="events">The events. Their memory may be reused once this has returned.</param>
    /// <param name="cancellationToken">Cancelled when the caller no longer waits for the answer.</param>
    /// <returns>Accepted once stored, or why not.</returns>
    internal async ValueTask<AcceptResult> OfferAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var deliveries = 0;
        for (var i = 0; i < events.Count; i++)
        {
            deliveries += events[i].Routes.Length;
        }

        var result = AcceptResult.Draining;
        Drain.BeginAccept(deliveries);
        try
        {
            if (!Drain.IsDraining)
            {
                result = await Store.AppendAsync(events, cancellationToken);
            }
        }
        finally
        {
            Drain.EndAccept(deliveries, result.IsAccepted ? deliveries - CountRoutes(events, result.Duplicates) : 0);
        }

        if (result.IsAccepted)
        {
            Signal(events, deliveries);
        }

        return result;
    }

    private void Signal(IReadOnlyList<EventDeliveries> events, int deliveries)
    {
        if (deliveries > MaxSignals)
        {
            Signals.AddFanOut(events, deliveries);
            return;
        }

        for (var i = 0; i < events.Count; i++)
        {
            foreach (var route in events[i].Routes)
            {
                Signals.Add(SubscriptionKey.Of(route.Subscription));
            }
        }
    }

    private static int CountRoutes(IReadOnlyList<EventDeliveries> events, int[]? indexes)
    {
        var routes = 0;
        foreach (var index in indexes ?? [])
        {
            routes += events[index].Routes.Length;
        }

        return routes;
    }

    private void CountSkipped(IReadOnlyList<EventDeliveries> events, AcceptResult result)
    {
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var route in result.IsDuplicate(i) ? [] : events[i].Skipped ?? [])
            {
                _metrics.Skipped(route.Subscription.Space);
            }
        }
    }

    private void CountRefused(IReadOnlyList<EventDeliveries> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var route in events[i].Routes)
            {
                _metrics.Refused(route.Subscription, events[i].Event.Type);
            }
        }
    }
}
