using System.Buffers;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

public sealed partial class RoutingTable
{
    /// <summary>
    /// Selects the subscriptions of an event: the async ones of its type and of every family that includes it; and one sync subscription,
    /// of its type before the longest family before shorter ones, and then of the most specific path. Allocates only the parameters of a
    /// path that has some, and a new array when async subscriptions of several of these types take the event.
    /// </summary>
    /// <param name="method">The request's method; upper case matters.</param>
    /// <param name="path">The request's path as it was sent: escaped, without the query.</param>
    /// <param name="answersHead">Whether the sync subscription to <c>GET</c> takes <c>HEAD</c> where there is none to <c>HEAD</c>.</param>
    public RouteMatch Match(string method, string path, string eventType, bool answersHead = false)
    {
        if (!path.StartsWith('/'))
        {
            return NothingMatched;
        }

        if (!path.Contains('%'))
        {
            return Match(method, path, path, eventType, answersHead);
        }

        var buffer = ArrayPool<char>.Shared.Rent(path.Length);
        var match = Match(method, path, PathText.Normalize(path, buffer), eventType, answersHead);
        ArrayPool<char>.Shared.Return(buffer);
        return match;
    }

    /// <summary>Returns a path in the form in which routes compare it: each segment decoded. Equal ones have the same routes.</summary>
    /// <param name="path">The path as it was sent: escaped, without the query.</param>
    public static string Normalize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Contains('%') ? PathText.Normalize(path).ToString() : path;
    }

    /// <summary>Whether a subscription takes events that the gateway sends about each event or call.</summary>
    public bool HasSystemSubscribers
    {
        get
        {
            if (_hasSystemSubscribers == Unknown)
            {
                _hasSystemSubscribers = SystemEventTypes.OfCalls.Any(type => FindSystem(type).Length > 0) ? 1 : 0;
            }

            return _hasSystemSubscribers == 1;
        }
    }

    /// <summary>Finds the subscribers of a type of events that the gateway sends, which are those of <c>POST /</c>.</summary>
    /// <param name="type">The type, one of <see cref="SystemEventTypes"/>.</param>
    public Route[] FindSystem(string type) => Match("POST", "/", type).Async;

    /// <summary>
    /// Finds the CORS settings of a method and path. The event type is not known yet, so the spaces count whose subscriptions
    /// take requests of any type there: those of sync subscriptions, or else those of async ones. Several spaces must have the
    /// same settings. The first settings count when no subscription takes the request.
    /// </summary>
    /// <param name="method">The method; for a preflight, the one that it asks for.</param>
    /// <param name="path">The request's path as it was sent: escaped, without the query.</param>
    /// <param name="ofAnySpace">Returns the first settings, whichever space takes the request. Enough to know that there are settings.</param>
    /// <returns>
    /// Those of the most specific path; where a path has several, a subscription's own before a configuration's; else the default of
    /// the space whose subscription takes the request. Null when there are none, or when spaces differ.
    /// </returns>
    public CorsSettings? FindCors(string method, string path, bool ofAnySpace = false)
    {
        if (!path.StartsWith('/') || !_cors.MayHave(method))
        {
            return null;
        }

        if (!path.Contains('%'))
        {
            return FindCors(method, (ReadOnlySpan<char>)path, ofAnySpace);
        }

        var buffer = ArrayPool<char>.Shared.Rent(path.Length);
        var settings = FindCors(method, PathText.Normalize(path, buffer), ofAnySpace);
        ArrayPool<char>.Shared.Return(buffer);
        return settings;
    }

    /// <summary>
    /// Returns why a sync subscription's path conflicts with the routes of any space, or null. The message describes other
    /// routes only when they are of the same space. Async subscriptions never conflict, and none conflicts with itself.
    /// </summary>
    /// <param name="exclusiveSegments">
    /// Whether static segments, a parameter and a wildcard at the same place conflict. When they do not, only paths conflict that no
    /// request can tell apart.
    /// </param>
    public string? FindConflict(Subscription subscription, bool exclusiveSegments = false)
    {
        if (subscription.Type is not SubscriptionType.Sync)
        {
            return null;
        }

        var pattern = RouteEntry.PatternOf(subscription);
        if (!PathPattern.IsWellFormed(pattern))
        {
            return $"Subscription path conflict: wildcard must be the last parameter, of at most {PathPattern.MaxSegments} segments: for route: {subscription.Path}";
        }

        var key = new SyncKey(subscription.Method, subscription.EventType);
        var others = HashTrie.Find(WithoutSync(subscription, pattern), key);
        var tree = SyncKey.TreeOf(others);
        if ((exclusiveSegments ? PathConflict.Find(tree, pattern) : PathConflict.FindSame(tree, pattern)) is not (var reason, RouteEntry other))
        {
            return null;
        }

        reason = (other.Subscription.Space == subscription.Space, exclusiveSegments) switch
        {
            (true, true) => reason,
            (true, false) => $"{reason} by \"{other.Subscription.Path}\"",
            (false, true) => "the path or a part of it is not available",
            (false, false) => "a subscription of another space takes it, and all spaces share the paths of the Events API",
        };
        return $"Subscription path conflict: {reason}: for route: {subscription.Path}";
    }

    private static readonly RouteMatch NothingMatched = new(null, [], []);

    private RouteMatch Match(string method, string path, ReadOnlySpan<char> normalized, string eventType, bool answersHead)
    {
        var match = new RouteMatch(null, [], FindAsync(_async, method, normalized, eventType))
        {
            // Most tables have no disabled subscription, and need no second search.
            Disabled = _disabled is null ? [] : FindAsync(_disabled, method, normalized, eventType),
        };
        var found = FindSync(method, normalized, eventType) ?? (answersHead && method == "HEAD" ? FindSync("GET", normalized, eventType) : null);
        return found is { Subscription.Enabled: not false } route
            ? match with { Sync = route, Parameters = PathPattern.ReadParameters(route.Pattern, path) }
            : match;
    }

    // paths: _async or _disabled.
    private Route[] FindAsync(object? paths, string method, ReadOnlySpan<char> path, string eventType)
    {
        var place = HashTrie.Find(paths, new AsyncKey(method, path));
        var routes = AsyncPath.RoutesOf(place, eventType)?.ToArray() ?? [];
        if (place is not null && _types.Families is { } families)
        {
            foreach (var family in new IncludingFamilies(families, eventType))
            {
                routes = AsyncRoutes.Merge(routes, AsyncPath.RoutesOf(place, family)?.ToArray() ?? []);
            }
        }

        return routes;
    }

    // A disabled sync subscription keeps its path: neither less specific paths nor families get its events.
    private RouteEntry? FindSync(string method, ReadOnlySpan<char> path, string eventType)
    {
        var found = FindSyncOf(method, path, eventType);
        if (found is null && _types.Families is { } families)
        {
            foreach (var family in new IncludingFamilies(families, eventType))
            {
                if (FindSyncOf(method, path, family) is { } route)
                {
                    return route;
                }
            }
        }

        return found;
    }

    private RouteEntry? FindSyncOf(string method, ReadOnlySpan<char> path, string selected)
    {
        var tree = SyncKey.TreeOf(HashTrie.Find(_sync, new SyncKey(method, selected)));
        return PathTree.Match(tree, path) is { } place ? (RouteEntry)EntryPlace.First(place) : null;
    }
}
