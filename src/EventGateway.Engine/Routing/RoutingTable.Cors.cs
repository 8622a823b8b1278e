using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

public sealed partial class RoutingTable
{
    /// <summary>
    /// Returns whether sync subscriptions to <c>GET</c> answer the <c>HEAD</c> requests of a path, whatever their type: those to <c>GET</c>
    /// take it, and none to <c>HEAD</c> does.
    /// </summary>
    /// <param name="path">The request's path as it was sent: escaped, without the query.</param>
    public bool AnswersHeadWithGet(string path)
    {
        if (!path.StartsWith('/') || MethodPaths.TreeOf(_takers, "GET") is not { } get)
        {
            return false;
        }

        var normalized = PathText.Normalize(path);
        return PathTree.Match(get, normalized) is not null && PathTree.Match(MethodPaths.TreeOf(_takers, "HEAD"), normalized) is null;
    }

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

    private CorsSettings? FindCors(string method, ReadOnlySpan<char> path, bool ofAnySpace)
    {
        var first = _cors.First(method, path);
        if (first is null ? !_cors.HasDefaults : ofAnySpace)
        {
            return first;
        }

        var takers = FindTakers(method, path);
        if (ofAnySpace)
        {
            return takers.Select(taker => _cors.FindDefault(taker.Space)).FirstOrDefault(static settings => settings is not null);
        }

        if (takers.Count == 0)
        {
            return first;
        }

        CorsSettings? found = null;
        foreach (var taker in takers)
        {
            var own = _cors.Find(method, path, taker.Space);
            if (own is null || found?.IsSameAs(own) is false)
            {
                return null;
            }

            found = own;
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
