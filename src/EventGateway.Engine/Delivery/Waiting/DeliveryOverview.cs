using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Delivery.Waiting;

/// <summary>Lists the deliveries that are made at least once and have not ended, with what holds them, and makes them due.</summary>
/// <param name="store">The deliveries.</param>
/// <param name="routes">The subscriptions and functions in the configuration.</param>
/// <param name="gates">The circuit breakers and calls of functions.</param>
/// <param name="dispatcher">Makes the deliveries.</param>
public sealed class DeliveryOverview(IWaitingDeliveries store, IRouteDirectory routes, FunctionGates gates, Dispatcher dispatcher)
{
    /// <summary>Lists deliveries, those of a subscription together.</summary>
    /// <param name="query">Selects the deliveries.</param>
    /// <param name="limit">The maximum number, at least 1. A page may have fewer, because the work for a page is bounded.</param>
    /// <param name="cursor">The <see cref="Page{T}.Next"/> of the page before. Null means the first page. An invalid cursor lists nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The store cannot be read now.</exception>
    public async ValueTask<Page<HeldDelivery>> ListAsync(WaitingQuery query, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var page = await store.ListAsync(query.Filter, subscription => Selects(query, subscription), limit, cursor, cancellationToken);
        return new Page<HeldDelivery>([.. page.Items.Select(Judge)], page.Next);
    }

    /// <summary>
    /// Makes the next attempts at deliveries due now, and a probe of each function whose circuit breaker is not closed. All limits
    /// hold. Paused deliveries are left, because no attempt at them would be made, and so are those whose functions are being called.
    /// </summary>
    /// <param name="query">Selects the deliveries. Its <see cref="WaitingQuery.State"/> is not <see cref="WaitingState.Paused"/>.</param>
    /// <param name="cancellationToken">Ends the attempt. Some may be due already.</param>
    /// <returns>How many. Fewer than selected when the store fails, or the attempt was ended.</returns>
    /// <exception cref="IOException">The store cannot be read or written now. Nothing was changed.</exception>
    public async ValueTask<long> RetryAsync(WaitingQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await RetryAsync(query.Filter, subscription => FindPause(subscription) is null, cancellationToken);
    }

    /// <summary>Makes the next attempts at the deliveries of certain subscriptions due now. Those of a paused one wait until it gets calls again.</summary>
    /// <param name="filter">Selects the deliveries.</param>
    /// <param name="selects">Selects their subscriptions.</param>
    /// <param name="cancellationToken">Ends the attempt. Some may be due already.</param>
    /// <returns>How many.</returns>
    internal async ValueTask<long> RetryAsync(WaitingFilter filter, Func<SubscriptionKey, bool> selects, CancellationToken cancellationToken)
    {
        var due = await store.RetryAsync(filter, selects, cancellationToken);
        foreach (var function in due.Subscriptions.Where(subscription => FindPause(subscription) is null).Select(static subscription => subscription.Function).Distinct())
        {
            gates.Find(function)?.ProbeNow();
        }

        dispatcher.Lanes.OpenGradually(due.Subscriptions);
        return due.Count;
    }

    private bool Selects(WaitingQuery query, SubscriptionKey subscription) =>
        query.State is not { } state || (FindPause(subscription) is not null) == (state is WaitingState.Paused);

    private HeldDelivery Judge(WaitingDelivery delivery)
    {
        var pause = FindPause(delivery.Subscription);
        var state = pause is not null ? WaitingState.Paused : delivery.Attempts > 0 ? WaitingState.Retrying : WaitingState.Waiting;
        return new HeldDelivery(delivery, state, delivery.IsBeingCalled ? null : pause ?? FindHold(delivery));
    }

    // The reason why a subscription gets no calls at all. Null when it gets them.
    private DeliveryHold? FindPause(SubscriptionKey subscription)
    {
        if (routes.Find(subscription.Space, subscription.SubscriptionId, subscription.FunctionId) is { } route)
        {
            return route.Subscription.Enabled is false ? DeliveryHold.Disabled : null;
        }

        return routes.HasFunction(subscription.Space, subscription.FunctionId) ? DeliveryHold.MissingSubscription : DeliveryHold.MissingFunction;
    }

    private DeliveryHold? FindHold(WaitingDelivery delivery)
    {
        if (!delivery.IsDue)
        {
            return DeliveryHold.Backoff;
        }

        var gate = gates.Find(delivery.Subscription.Function);
        if (gate is { State: not CircuitState.Closed })
        {
            return DeliveryHold.Breaker;
        }

        return dispatcher.Lanes.FindHold(delivery.Subscription) ?? (gate is { IsFull: true } ? DeliveryHold.Concurrency : null);
    }
}
