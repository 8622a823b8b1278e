using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>
/// The async routes of one method, path and type. Few are kept as an array; many as a persistent set whose array is made when
/// an event first needs it, so that adding the n-th does not copy the n before it.
/// </summary>
internal sealed class AsyncRoutes
{
    private const int Few = 16;

    private readonly object? _set;
    private Route[]? _array;

    /// <summary>The set of one route.</summary>
    public AsyncRoutes(RouteEntry route) => _array = [route];

    private AsyncRoutes(object? set, Route[]? array)
    {
        _set = set;
        _array = array;
    }

    /// <summary>Returns any route of the set.</summary>
    public RouteEntry Any => (RouteEntry)(_array is { } array ? array[0] : HashTrie.Any(_set!));

    /// <summary>The routes, ordered by space and id. The array must not be changed.</summary>
    public Route[] ToArray() => _array ??= Sorted(_set);

    /// <summary>The routes of two arrays that have none in common, both ordered by space and id, in the same order.</summary>
    /// <returns>The array itself when the other one is empty. It must not be changed.</returns>
    public static Route[] Merge(Route[] one, Route[] other)
    {
        if (one.Length == 0 || other.Length == 0)
        {
            return one.Length == 0 ? other : one;
        }

        var merged = new Route[one.Length + other.Length];
        for (int i = 0, j = 0; i + j < merged.Length;)
        {
            var isNext = j == other.Length
                || (i < one.Length && RouteEntry.KeyOf(one[i].Subscription).OrderTo(RouteEntry.KeyOf(other[j].Subscription)) < 0);
            merged[i + j] = isNext ? one[i++] : other[j++];
        }

        return merged;
    }

    /// <summary>Returns whether the set has a subscription's route.</summary>
    public bool Has(PathEntryKey key)
    {
        var routeKey = new RouteKey(key);
        return _set is null ? Array.Exists(_array!, routeKey.IsKeyOf) : HashTrie.Find(_set, routeKey) is not null;
    }

    /// <summary>The set with a route, in place of one of the same subscription.</summary>
    public AsyncRoutes Add(RouteEntry route)
    {
        var key = new RouteKey(RouteEntry.KeyOf(route.Subscription));
        if (_set is not null)
        {
            return new AsyncRoutes(HashTrie.Set(_set, key, route), array: null);
        }

        var array = _array!;
        var index = Array.FindIndex(array, key.IsKeyOf);
        if (index >= 0)
        {
            return new AsyncRoutes(set: null, array.With(index, route));
        }

        object? set = null;
        foreach (var there in array.Append(route))
        {
            set = HashTrie.Set(set, new RouteKey(RouteEntry.KeyOf(there.Subscription)), there);
        }

        return array.Length < Few ? new AsyncRoutes(set: null, Sorted(set)) : new AsyncRoutes(set, array: null);
    }

    /// <summary>The set without a subscription's route; this set when it has none. Null when no route is left.</summary>
    public AsyncRoutes? Remove(PathEntryKey key)
    {
        var routeKey = new RouteKey(key);
        if (_set is not null)
        {
            var set = HashTrie.Remove(_set, routeKey);
            return ReferenceEquals(set, _set) ? this : set is null ? null : new AsyncRoutes(set, array: null);
        }

        var array = _array!;
        var index = Array.FindIndex(array, routeKey.IsKeyOf);
        return index < 0 ? this : array.Length == 1 ? null : new AsyncRoutes(set: null, array.Without(index));
    }

    private static Route[] Sorted(object? set)
    {
        var routes = new List<Route>();
        HashTrie.CopyTo(set, routes);
        routes.Sort(static (a, b) => RouteEntry.KeyOf(a.Subscription).OrderTo(RouteEntry.KeyOf(b.Subscription)));
        return [.. routes];
    }

    private readonly struct RouteKey(PathEntryKey key) : ITrieKey<RouteKey>
    {
        public int Hash => key.GetHashCode();

        public int HashOf(object item) => RouteEntry.KeyOf(((Route)item).Subscription).GetHashCode();

        public bool IsKeyOf(object item) => RouteEntry.KeyOf(((Route)item).Subscription) == key;
    }
}
