using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Delivery;

/// <summary>Stores dead letters for delivery to the function that their subscription names for them.</summary>
internal sealed class DeadLetterForwarder(DeliveryBacklog backlog, IRouteDirectory routes, SteadyTimeProvider timeProvider)
{
    // When to try again after the store had no room.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    /// <summary>Finds the route to the function that takes the dead letters of a subscription.</summary>
    /// <param name="key">The subscription and the function that did not take the event.</param>
    /// <param name="route">The route of the delivery when the attempt began.</param>
    /// <returns>Null when no function takes them, or when that function did not take the event itself.</returns>
    public Route? FindRoute(SubscriptionKey key, Route route)
    {
        // A call may take an hour, and the subscription may have changed meanwhile.
        var current = routes.Find(key.Space, key.SubscriptionId, key.FunctionId) ?? route;
        return current.Subscription.Delivery?.DeadLetterFunctionId is { } functionId
            && functionId != key.FunctionId
            && routes.Find(key.Space, key.SubscriptionId, functionId) is { } found
            ? new Route(found.Subscription with { FunctionId = functionId }, found.Function)
            : null;
    }

    /// <summary>
    /// Stores a dead letter for its function. Comes before the verdict is stored: after a crash in between, the function gets the
    /// event twice rather than never.
    /// </summary>
    /// <param name="delivery">The delivery that failed for good.</param>
    /// <param name="target">The route to the function for dead letters.</param>
    /// <returns>The verdict, or a later attempt when the dead letter cannot be stored now.</returns>
    public async ValueTask<DeliveryVerdict> ForwardAsync(LeasedDelivery delivery, CloudEvent cloudEvent, Route target, DeliveryVerdict verdict)
    {
        var letter = DeadLetterEvent.Create(cloudEvent, verdict, delivery.Attempts + 1);
        var accepted = await backlog.OfferAsync([new EventDeliveries(letter, [target]) { Cause = DeliveryCause.HandedOn }], backlog.Drain.CutOff);
        return accepted.IsAccepted
            ? verdict
            : verdict with { Fate = DeliveryFate.Retried, RetryAt = timeProvider.GetUtcNow() + RetryDelay };
    }
}
