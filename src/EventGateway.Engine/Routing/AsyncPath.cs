using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>
/// The async routes of one method and path, once there have been several. A single route needs no more than its
/// <see cref="AsyncRoutes"/>, which stand for the path then.
/// </summary>
/// <param name="Types">A <see cref="HashTrie"/> that has the <see cref="AsyncRoutes"/> of each event type.</param>
/// <param name="Spaces">The spaces of the routes: a <see cref="HashTrie"/> of <see cref="SpaceTakers"/>.</param>
internal sealed record AsyncPath(object Types, object Spaces)
{
    /// <summary>Returns any route of a path.</summary>
    /// <param name="item">The path: <see cref="AsyncRoutes"/> or <see cref="AsyncPath"/>.</param>
    public static RouteEntry AnyOf(object item) => ((AsyncRoutes)HashTrie.Any(TypesOf(item)!)).Any;

    /// <summary>The routes of an event type.</summary>
    /// <param name="item">The path: <see cref="AsyncRoutes"/>, <see cref="AsyncPath"/>, or null for none.</param>
    public static AsyncRoutes? RoutesOf(object? item, string eventType) =>
        (AsyncRoutes?)HashTrie.Find(TypesOf(item), new TypeKey(eventType));

    /// <summary>Returns whether a path has a subscription's route.</summary>
    /// <param name="item">The path: <see cref="AsyncRoutes"/>, <see cref="AsyncPath"/>, or null for none.</param>
    public static bool Has(object? item, Subscription subscription) =>
        RoutesOf(item, subscription.EventType)?.Has(RouteEntry.KeyOf(subscription)) is true;

    /// <summary>The spaces of a path: a <see cref="HashTrie"/> of <see cref="SpaceTakers"/>.</summary>
    public static object? SpacesOf(object? item) => item switch
    {
        AsyncPath path => path.Spaces,
        AsyncRoutes { Any: var only } => new SpaceTakers(only.Pattern, only.Subscription.Space, 1),
        _ => null,
    };

    /// <summary>The path with a route, in place of one of the same subscription.</summary>
    public static object With(object? item, RouteEntry route)
    {
        var subscription = route.Subscription;
        if (Without(item, subscription) is not { } others)
        {
            return new AsyncRoutes(route);
        }

        var routes = RoutesOf(others, subscription.EventType)?.Add(route) ?? new AsyncRoutes(route);
        return new AsyncPath(
            HashTrie.Set(TypesOf(others), new TypeKey(subscription.EventType), routes),
            SpaceTakers.Count(SpacesOf(others), route.Pattern, subscription.Space, 1)!);
    }

    /// <summary>The path without a subscription's route; the same when it has none, and null when nothing is left.</summary>
    public static object? Without(object? item, Subscription subscription)
    {
        var before = RoutesOf(item, subscription.EventType);
        var after = before?.Remove(RouteEntry.KeyOf(subscription));
        if (ReferenceEquals(before, after))
        {
            return item;
        }

        var key = new TypeKey(subscription.EventType);
        var types = after is null ? HashTrie.Remove(TypesOf(item), key) : HashTrie.Set(TypesOf(item), key, after);
        return types is null ? null : new AsyncPath(types, SpaceTakers.Count(SpacesOf(item), before!.Any.Pattern, subscription.Space, -1)!);
    }

    private static object? TypesOf(object? item) => item is AsyncPath path ? path.Types : item;

    private readonly struct TypeKey(string eventType) : ITrieKey<TypeKey>
    {
        public int Hash => eventType.GetHashCode(StringComparison.Ordinal);

        public int HashOf(object item) => TypeOf(item).GetHashCode(StringComparison.Ordinal);

        public bool IsKeyOf(object item) => TypeOf(item) == eventType;

        private static string TypeOf(object item) => ((AsyncRoutes)item).Any.Subscription.EventType;
    }
}
