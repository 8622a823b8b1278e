using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

public sealed partial class RoutingTable
{
    // Made when a request first needs it: the event types that have subscriptions, by method.
    private Dictionary<string, HashSet<string>>? _eventTypes;

    private CorsSettings? FindCors(CorsPaths paths, string method, ReadOnlySpan<char> path)
    {
        if (PathTree.Match(paths.Tree, path) is not { } place)
        {
            return null;
        }

        var takers = FindTakers(method, path);
        if (takers.Count == 0)
        {
            return ((CorsEntry)EntryPlace.First(place)).Settings;
        }

        CorsSettings? found = null;
        foreach (var space in takers)
        {
            var own = (CorsEntry?)PathTree.Match(paths.Tree, path, space);
            if (own is null || found?.IsSameAs(own.Settings) is false)
            {
                return null;
            }

            found = own.Settings;
        }

        return found;
    }

    // The spaces whose subscriptions take requests, whatever their event type.
    private HashSet<string> FindTakers(string method, ReadOnlySpan<char> path)
    {
        var sync = new HashSet<string>(StringComparer.Ordinal);
        var async = new HashSet<string>(StringComparer.Ordinal);
        foreach (var eventType in EventTypesOf(method))
        {
            var tree = SyncKey.TreeOf(HashTrie.Find(_sync, new SyncKey(method, eventType)));
            if (PathTree.Match(tree, path) is { } place && ((Route)EntryPlace.First(place)).Subscription is { Enabled: not false } subscription)
            {
                sync.Add(subscription.Space);
            }

            if (sync.Count == 0 && HashTrie.Find(_async, new AsyncKey(method, path, eventType)) is AsyncRoutes routes)
            {
                AddSpaces(routes.ToArray(), async);
            }
        }

        return sync.Count > 0 ? sync : async;
    }

    // The routes are ordered by space; there may be very many of each.
    private static void AddSpaces(Route[] routes, HashSet<string> spaces)
    {
        for (var i = 0; i < routes.Length;)
        {
            var space = routes[i].Subscription.Space;
            spaces.Add(space);
            var (low, high) = (i + 1, routes.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = string.CompareOrdinal(routes[middle].Subscription.Space, space) <= 0 ? (middle + 1, high) : (low, middle);
            }

            i = low;
        }
    }

    private HashSet<string> EventTypesOf(string method) =>
        (_eventTypes ??= ListEventTypes()).TryGetValue(method, out var types) ? types : [];

    private Dictionary<string, HashSet<string>> ListEventTypes()
    {
        var types = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var sync = new List<object>();
        HashTrie.CopyTo(_sync, sync);
        foreach (var item in sync)
        {
            Add(item as Route ?? (Route)PathTree.Any(((SyncPaths)item).Tree));
        }

        var async = new List<AsyncRoutes>();
        HashTrie.CopyTo(_async, async);
        async.ForEach(routes => Add(routes.Any));
        return types;

        void Add(Route route)
        {
            var (method, eventType) = (route.Subscription.Method, route.Subscription.EventType);
            if (!types.TryGetValue(method, out var ofMethod))
            {
                types[method] = ofMethod = new HashSet<string>(StringComparer.Ordinal);
            }

            ofMethod.Add(eventType);
        }
    }
}
