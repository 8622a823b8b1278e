using EventGateway.Abstractions.Delivery;

namespace EventGateway.Events;

/// <summary>Splits the deliveries of an event by space, because each space decides whether the event is a duplicate.</summary>
internal static class DeliveriesBySpace
{
    /// <summary>Returns an entry for each space, in the order of the subscriptions. Most events go to one space, and are returned as they are.</summary>
    public static IEnumerable<EventDeliveries> Split(EventDeliveries deliveries)
    {
        var skipped = deliveries.Skipped ?? [];
        var spaces = deliveries.Routes.Concat(skipped).Select(SpaceOf).Distinct(StringComparer.Ordinal).ToList();
        return spaces.Count == 1 ? [deliveries] : spaces.Select(space => deliveries with
        {
            Routes = Of(space, deliveries.Routes),
            Skipped = Of(space, skipped) is { Length: > 0 } some ? some : null,
        });
    }

    private static Route[] Of(string space, Route[] routes) => Array.FindAll(routes, route => SpaceOf(route) == space);

    private static string SpaceOf(Route route) => route.Subscription.Space;
}
