using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Registry;

namespace EventGateway.Events;

/// <summary>Gives events the keys by which stores find duplicates, where a window is set.</summary>
/// <remarks>
/// The body of a request is not compared: a key alone decides, as the source and the id do. So no request is answered with 422 or 409,
/// which the draft of the header recommends for other bodies and for requests that are still under way. The second of two requests at once
/// waits until the event of the first one is stored.
/// </remarks>
internal sealed class DedupKeys(GatewayRegistry registry)
{
    /// <summary>Whether events may need keys.</summary>
    public bool AreUsed => registry.HasDedupWindows;

    /// <summary>Returns why a request is refused: a window applies to an event of it, but its <c>Idempotency-Key</c> is not accepted.</summary>
    /// <param name="deliveries">The deliveries of its events.</param>
    /// <returns>Null when it is not refused.</returns>
    public string? FindError(HttpRequest request, IReadOnlyList<EventDeliveries> deliveries) =>
        IdempotencyKey.FindError(request) is { } error
        && deliveries.Any(item => Array.Exists(item.Routes, route => WindowOf(route.Subscription.Space, item.Event.Type) > TimeSpan.Zero))
            ? error
            : null;

    /// <summary>Adds keys to the deliveries of an event. An event that only disabled subscriptions match has none: nobody gets it.</summary>
    /// <param name="deliveries">The deliveries.</param>
    /// <param name="keys">The keys that the request gives to the event.</param>
    /// <returns>The deliveries with their keys, with an entry for each space.</returns>
    public IReadOnlyList<EventDeliveries> Add(IReadOnlyList<EventDeliveries> deliveries, RequestKeys keys) =>
        [.. deliveries.SelectMany(DeliveriesBySpace.Split).Select(ofSpace => Add(ofSpace, keys))];

    private EventDeliveries Add(EventDeliveries ofSpace, RequestKeys keys)
    {
        if (ofSpace.Routes is not [var route, ..])
        {
            return ofSpace;
        }

        var space = route.Subscription.Space;
        var window = WindowOf(space, ofSpace.Event.Type);
        return window > TimeSpan.Zero ? ofSpace with { Keys = keys.Of(space, ofSpace.Event, window) } : ofSpace;
    }

    private TimeSpan WindowOf(string space, string eventType) => registry.FindDedupWindow(space, eventType);
}
