using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Accepts events for delivery, with the guarantee that each subscription asks for: at least once through a durable store, at
/// most once through memory.
/// </summary>
/// <remarks>
/// The path of an event that is delivered async:
/// <code>
/// EventRouter ─► DeliveryIntake ─► DeliveryBacklog ─► IDeliveryStore
///                1. split          2. store
///                                  3. signal ─ ─ ─► DeliveryLanes ─► DeliveryLane ─► DeliveryAttempts
///                                                   4. wake          5. lease        6. attempt
/// </code>
/// <list type="number">
/// <item>
/// The routes are split by guarantee; each guarantee has a backlog of its own. Disabled subscriptions with at least once are skipped:
/// the durable store notes them with the event.
/// </item>
/// <item>The backlog stores the event with its deliveries. The sender gets its answer after this step.</item>
/// <item>
/// The backlog signals the subscriptions. This does not wait: a signal only says that there is work. A subscription whose signal
/// has not been read yet gets no second one.
/// </item>
/// <item>The lanes read the signals and wake the lane of each subscription, or open it.</item>
/// <item>A worker of the lane leases deliveries from the store.</item>
/// <item>The worker asks for an attempt at each delivery: see <see cref="DeliveryAttempts"/>.</item>
/// </list>
/// A reply, a dead letter for a function, a replayed event and a system event begin at step 1 or 2.
/// </remarks>
/// <param name="durable">The backlog of deliveries that are made at least once.</param>
/// <param name="transient">The backlog of deliveries that are made at most once.</param>
/// <param name="defaults">The guarantee of subscriptions that do not set one.</param>
/// <param name="duplicates">Reports events that were accepted before.</param>
public sealed class DeliveryIntake(DeliveryBacklog durable, DeliveryBacklog transient, GatewayDefaults defaults, DuplicateReports duplicates)
{
    /// <summary>Accepts an event for delivery to all of its routes, or to none.</summary>
    /// <param name="event">The event. Its memory may be reused once this has returned.</param>
    /// <param name="routes">The async subscriptions that it matched.</param>
    /// <param name="cancellationToken">Cancelled when the sender no longer waits for the answer.</param>
    /// <returns>Accepted once stored, or why not.</returns>
    public ValueTask<AcceptResult> AcceptAsync(CloudEvent @event, Route[] routes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return routes.Length == 0
            ? ValueTask.FromResult(AcceptResult.Accepted)
            : AcceptAsync([new EventDeliveries(@event, routes)], cancellationToken);
    }

    /// <summary>Accepts events for delivery, all of them or none.</summary>
    /// <param name="events">The events, each with one route or skipped subscription at least. Their memory may be reused once this has returned.</param>
    /// <param name="cancellationToken">Cancelled when the sender no longer waits for the answer.</param>
    /// <returns>
    /// Accepted once stored, or why not. When memory is full after the durable part was stored, that part is delivered anyway,
    /// and once more when the sender repeats the event, unless its keys tell that it was accepted; at least once allows it. An event is a
    /// duplicate when nothing of it was stored for delivery.
    /// </returns>
    public ValueTask<AcceptResult> AcceptAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        return EventKeys.AreIn(events) ? StoreAndReportAsync(events, cancellationToken) : StoreAsync(events, cancellationToken);
    }

    /// <summary>Selects the disabled subscriptions whose events are kept: those with at least once, while there is an event log.</summary>
    /// <param name="disabled">The disabled subscriptions that an event matched.</param>
    /// <returns>Null when there are none.</returns>
    public Route[]? FindSkipped(Route[] disabled)
    {
        ArgumentNullException.ThrowIfNull(disabled);
        if (disabled.Length == 0 || !defaults.KeepsLog)
        {
            return null;
        }

        var kept = Array.FindAll(disabled, route => GuaranteeOf(route) is DeliveryGuarantee.AtLeastOnce);
        return kept.Length == 0 ? null : kept;
    }

    /// <summary>Accepts deliveries of a logged event once more, all of them or none. A refusal is not counted: the event is in the log.</summary>
    /// <param name="event">The event.</param>
    /// <param name="routes">The subscriptions, at least one, all of which deliver at least once.</param>
    /// <param name="cancellationToken">Cancelled when the caller no longer waits for the answer.</param>
    /// <returns>Accepted once stored, or why not.</returns>
    public ValueTask<AcceptResult> RedeliverAsync(CloudEvent @event, Route[] routes, CancellationToken cancellationToken) =>
        durable.OfferAsync([new EventDeliveries(@event, routes) { Cause = DeliveryCause.Redelivered }], cancellationToken);

    /// <summary>Returns whether a subscription is async and delivers at least once.</summary>
    public bool IsAtLeastOnce(Subscription subscription) =>
        subscription is { Type: SubscriptionType.Async } && GuaranteeOf(subscription) is DeliveryGuarantee.AtLeastOnce;

    /// <summary>Signals deliveries that came into the durable store by another way, such as dead letters that are delivered again.</summary>
    /// <param name="subscriptions">The subscriptions that they are for.</param>
    public void Signal(IReadOnlyCollection<SubscriptionKey> subscriptions)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        foreach (var subscription in subscriptions)
        {
            durable.Signal(subscription);
        }
    }

    private async ValueTask<AcceptResult> StoreAndReportAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        var result = await StoreAsync(events, cancellationToken);
        duplicates.Report(events, result);
        return result;
    }

    private ValueTask<AcceptResult> StoreAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        // 1. Split by guarantee. Most events have one, and need no split.
        var guarantee = events[0].Routes is [var first, ..] ? GuaranteeOf(first) : DeliveryGuarantee.AtLeastOnce;
        return AllHave(events, guarantee)
            ? (guarantee is DeliveryGuarantee.AtMostOnce ? transient : durable).AcceptAsync(events, cancellationToken)
            : StoreSplitAsync(events, cancellationToken);
    }

    private async ValueTask<AcceptResult> StoreSplitAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        var durablePart = Select(events, DeliveryGuarantee.AtLeastOnce);
        var stored = await durable.AcceptAsync(durablePart.Events, cancellationToken);
        if (!stored.IsAccepted)
        {
            return stored;
        }

        var transientPart = Select(events, DeliveryGuarantee.AtMostOnce);
        var kept = await transient.AcceptAsync(transientPart.Events, cancellationToken);
        return kept with
        {
            Duplicates = kept.IsAccepted && (stored.Duplicates ?? kept.Duplicates) is not null
                ? FindDuplicates(events, (durablePart, stored), (transientPart, kept))
                : null,
            ForgottenKeys = stored.ForgottenKeys + kept.ForgottenKeys,
        };
    }

    // An event is new when it has no keys, or when one part of it that has keys is new.
    private static int[]? FindDuplicates(IReadOnlyList<EventDeliveries> events, params ReadOnlySpan<(Part Part, AcceptResult Result)> parts)
    {
        var isNew = events.Select(static item => item.Keys is null).ToArray();
        foreach (var ((selected, indexes), result) in parts)
        {
            for (var i = 0; i < indexes.Count; i++)
            {
                isNew[indexes[i]] |= selected[i].Keys is not null && !result.IsDuplicate(i);
            }
        }

        var found = new List<int>();
        for (var i = 0; i < isNew.Length; i++)
        {
            if (!isNew[i])
            {
                found.Add(i);
            }
        }

        return found.Count == 0 ? null : [.. found];
    }

    private Part Select(IReadOnlyList<EventDeliveries> events, DeliveryGuarantee guarantee)
    {
        var part = new Part(new List<EventDeliveries>(events.Count), new List<int>(events.Count));
        for (var i = 0; i < events.Count; i++)
        {
            var deliveries = events[i];
            var matching = Array.FindAll(deliveries.Routes, route => GuaranteeOf(route) == guarantee);
            var skipped = guarantee is DeliveryGuarantee.AtLeastOnce ? deliveries.Skipped : null;
            if (matching.Length > 0 || skipped is not null)
            {
                // A store that delivers the event to nobody keeps no key of it. So enabled subscriptions get its repetition.
                part.Events.Add(deliveries with { Routes = matching, Skipped = skipped, Keys = matching.Length > 0 ? deliveries.Keys : null });
                part.Indexes.Add(i);
            }
        }

        return part;
    }

    private bool AllHave(IReadOnlyList<EventDeliveries> events, DeliveryGuarantee guarantee)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Skipped is not null && guarantee is DeliveryGuarantee.AtMostOnce)
            {
                return false;
            }

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

    private DeliveryGuarantee GuaranteeOf(Route route) => GuaranteeOf(route.Subscription);

    private DeliveryGuarantee GuaranteeOf(Subscription subscription) => subscription.Delivery?.Guarantee ?? defaults.Guarantee;

    /// <summary>The part of some events that has one guarantee.</summary>
    /// <param name="Events">The events that have such a part.</param>
    /// <param name="Indexes">Their indexes among all.</param>
    private readonly record struct Part(List<EventDeliveries> Events, List<int> Indexes);
}
