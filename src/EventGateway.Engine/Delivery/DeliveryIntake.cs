using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Takes events on for delivery, each delivery with the guarantee that its subscription asks for: at least once through a
/// durable store, at most once through memory.
/// </summary>
/// <param name="durable">Makes deliveries at least once.</param>
/// <param name="transient">Makes deliveries at most once.</param>
/// <param name="defaults">The guarantee of subscriptions that name none.</param>
public sealed class DeliveryIntake(Dispatcher durable, Dispatcher transient, GatewayDefaults defaults)
{
    /// <summary>Takes an event on for delivery to all of its routes, or to none.</summary>
    /// <param name="event">The event; its memory may be reused once this has returned.</param>
    /// <param name="routes">The async subscriptions that it matched.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>Accepted once stored, or why not.</returns>
    public ValueTask<AcceptResult> AcceptAsync(CloudEvent @event, Route[] routes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return routes.Length == 0
            ? ValueTask.FromResult(AcceptResult.Accepted)
            : AcceptAsync([new EventDeliveries(@event, routes)], cancellationToken);
    }

    /// <summary>Takes events on for delivery, all of them or none.</summary>
    /// <param name="events">The events, each with one route at least; their memory may be reused once this has returned.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>
    /// Accepted once stored, or why not. Where memory is full after the durable part was stored, that part is delivered all
    /// the same, and again when the sender repeats the event: at least once allows it.
    /// </returns>
    public ValueTask<AcceptResult> AcceptAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var guarantee = GuaranteeOf(events[0].Routes[0]);
        return AllHave(events, guarantee)
            ? DispatcherOf(guarantee).AcceptAsync(events, cancellationToken)
            : AcceptSplitAsync(events, cancellationToken);
    }

    /// <summary>Says that the durable store has taken on deliveries by other ways than an event's acceptance.</summary>
    /// <param name="subscriptions">Whose they are.</param>
    public void Signal(IReadOnlyCollection<SubscriptionKey> subscriptions)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        foreach (var subscription in subscriptions)
        {
            durable.Signal(subscription);
        }
    }

    /// <summary>Notes that a subscription is about to be deleted: a route that is missing from now on is no accident.</summary>
    /// <param name="subscription">The subscription.</param>
    public void ExpectDeletion(Subscription subscription)
    {
        transient.ExpectDeletion(subscription);
        durable.ExpectDeletion(subscription);
    }

    /// <summary>Drops the deliveries that wait for subscriptions that were deleted.</summary>
    /// <param name="deletions">The deletions.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Those that are not stored in all files of the durable store, with the files that are left.</returns>
    public async ValueTask<IReadOnlyList<SubscriptionDeletion>> DropAsync(
        IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        await transient.DropAsync(deletions, cancellationToken);
        return await durable.DropAsync(deletions, cancellationToken);
    }

    /// <summary>Goes on with deliveries that were held until their subscription, or its function, came into force.</summary>
    /// <param name="changed">The routes.</param>
    public void Resume(ChangedRoutes changed)
    {
        transient.Resume(changed);
        durable.Resume(changed);
    }

    /// <summary>How many deliveries are held in each space because their subscription is not in the configuration.</summary>
    public IEnumerable<(string Space, long Deliveries)> CountOrphans() => durable.CountOrphans().Concat(transient.CountOrphans());

    /// <summary>Goes on with what was stored before the start.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public ValueTask StartAsync(CancellationToken cancellationToken) => durable.StartAsync(cancellationToken);

    /// <summary>Refuses new deliveries and waits for those in memory, and for the calls under way.</summary>
    /// <param name="deadline">Cancelled when there is no more time.</param>
    public Task DrainAsync(CancellationToken deadline) => Task.WhenAll(durable.DrainAsync(deadline), transient.DrainAsync(deadline));

    private async ValueTask<AcceptResult> AcceptSplitAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        var result = await durable.AcceptAsync(Select(events, DeliveryGuarantee.AtLeastOnce), cancellationToken);
        return result.IsAccepted
            ? await transient.AcceptAsync(Select(events, DeliveryGuarantee.AtMostOnce), cancellationToken)
            : result;
    }

    private List<EventDeliveries> Select(IReadOnlyList<EventDeliveries> events, DeliveryGuarantee guarantee)
    {
        var selected = new List<EventDeliveries>(events.Count);
        foreach (var deliveries in events)
        {
            var matching = Array.FindAll(deliveries.Routes, route => GuaranteeOf(route) == guarantee);
            if (matching.Length > 0)
            {
                selected.Add(deliveries with { Routes = matching });
            }
        }

        return selected;
    }

    private bool AllHave(IReadOnlyList<EventDeliveries> events, DeliveryGuarantee guarantee)
    {
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var route in events[i].Routes)
            {
                if (GuaranteeOf(route) != guarantee)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private Dispatcher DispatcherOf(DeliveryGuarantee guarantee) => guarantee is DeliveryGuarantee.AtMostOnce ? transient : durable;

    private DeliveryGuarantee GuaranteeOf(Route route) => route.Subscription.Delivery?.Guarantee ?? defaults.Guarantee;
}
