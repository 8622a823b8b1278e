using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

public sealed partial class RoutingTable
{
    private static object? WithCors(object? cors, string method, CorsEntry entry) =>
        PathPattern.IsWellFormed(entry.Pattern)
            ? MethodPaths.With(cors, method, PathTree.Add(MethodPaths.TreeOf(cors, method), entry))
            : cors;

    private object? WithoutCors(string method, string pattern, PathEntryKey entry) =>
        PathPattern.IsWellFormed(pattern)
            ? MethodPaths.With(_cors, method, PathTree.Remove(MethodPaths.TreeOf(_cors, method), pattern, entry))
            : _cors;

    // The sync takers after a sync subscription was set or removed. Only enabled ones take requests.
    private object? TakersWith(Subscription subscription, string pattern, bool takes)
    {
        var (method, eventType) = (subscription.Method, subscription.EventType);
        var routes = SyncKey.TreeOf(HashTrie.Find(_sync, new SyncKey(method, eventType)));
        var took = PathTree.Find(routes, pattern, RouteEntry.KeyOf(subscription)) is RouteEntry { Subscription.Enabled: not false };
        return took == takes
            ? _takers
            : MethodPaths.With(_takers, method, Takers.Count(MethodPaths.TreeOf(_takers, method), pattern, subscription.Space, takes ? 1 : -1));
    }

    private CorsSettings? FindCors(object? cors, string method, ReadOnlySpan<char> path, bool ofAnySpace)
    {
        if (PathTree.Match(cors, path) is not { } place)
        {
            return null;
        }

        var takers = ofAnySpace ? [] : FindTakers(method, path);
        if (takers.Count == 0)
        {
            return ((CorsEntry)EntryPlace.First(place)).Settings;
        }

        CorsSettings? found = null;
        foreach (var taker in takers)
        {
            var own = (CorsEntry?)PathTree.Match(cors, path, taker.Space);
            if (own is null || found?.IsSameAs(own.Settings) is false)
            {
                return null;
            }

            found = own.Settings;
        }

        return found;
    }

    // The spaces whose subscriptions take requests. A space that takes the path by several patterns is there several times.
    private List<SpaceTakers> FindTakers(string method, ReadOnlySpan<char> path)
    {
        var entries = new List<IPathEntry>();
        PathTree.CopyMatches(MethodPaths.TreeOf(_takers, method), path, entries);
        var spaces = new List<SpaceTakers>();
        entries.ForEach(entry => HashTrie.CopyTo(Takers.SpacesOf(entry), spaces));
        HashTrie.CopyTo(AsyncPath.SpacesOf(HashTrie.Find(_async, new AsyncKey(method, path))), spaces);
        return spaces;
    }
}
