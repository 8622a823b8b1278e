using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

/// <summary>
/// Everything that decides where an event goes, at one moment. Immutable: a change makes a new table that shares all but the
/// few nodes on the way to what changed, and a lookup costs the length of the path, however many subscriptions there are.
/// </summary>
public sealed partial class RoutingTable
{
    private readonly object? _sync;
    private readonly object? _async;
    private readonly object? _cors;

    private const int Unknown = -1;

    // Asked before every call, so found once for each table.
    private int _hasSystemSubscribers = Unknown;

    private RoutingTable(object? sync, object? async, object? cors)
    {
        _sync = sync;
        _async = async;
        _cors = cors;
    }

    /// <summary>The table that selects nothing.</summary>
    public static RoutingTable Empty { get; } = new(null, null, null);

    /// <summary>
    /// The table with a route, in place of one of the same subscription. It does not look for conflicts; where routes conflict
    /// all the same, static segments win over parameters, these over wildcards, and then the first space in ordinal order.
    /// A disabled subscription takes no events, yet a sync one keeps its path.
    /// </summary>
    public RoutingTable With(Route route)
    {
        var subscription = route.Subscription;
        var enabled = subscription.Enabled ?? true;
        var cors = WithoutCors(subscription.Method, route.Pattern, CorsEntry.KeyOf(subscription));
        if (enabled && subscription.Cors is { } settings)
        {
            cors = WithCors(cors, subscription.Method, new CorsEntry(route.Pattern, CorsEntry.KeyOf(subscription), settings));
        }

        if (subscription.Type is SubscriptionType.Sync)
        {
            return new RoutingTable(PathPattern.IsWellFormed(route.Pattern) ? WithSync(route) : _sync, _async, cors);
        }

        return new RoutingTable(_sync, enabled ? WithAsync(route) : WithoutAsync(subscription, route.Pattern), cors);
    }

    /// <summary>The table without a subscription's route; this one if it has none.</summary>
    public RoutingTable Without(Subscription subscription)
    {
        var pattern = Route.PatternOf(subscription);
        var cors = WithoutCors(subscription.Method, pattern, CorsEntry.KeyOf(subscription));
        return subscription.Type is SubscriptionType.Sync
            ? Changed(WithoutSync(subscription, pattern), _async, cors)
            : Changed(_sync, WithoutAsync(subscription, pattern), cors);
    }

    /// <summary>The table with a CORS configuration, in place of one of the same space and id.</summary>
    public RoutingTable With(CorsConfiguration configuration)
    {
        var pattern = PathPattern.Of(configuration.Path, literal: false);
        var entry = new CorsEntry(pattern, CorsEntry.KeyOf(configuration), configuration.Settings);
        return Changed(_sync, _async, WithCors(_cors, configuration.Method, entry));
    }

    /// <summary>The table without a CORS configuration; this one if it has none.</summary>
    public RoutingTable Without(CorsConfiguration configuration)
    {
        var pattern = PathPattern.Of(configuration.Path, literal: false);
        return Changed(_sync, _async, WithoutCors(configuration.Method, pattern, CorsEntry.KeyOf(configuration)));
    }

    private RoutingTable Changed(object? sync, object? async, object? cors) =>
        ReferenceEquals(sync, _sync) && ReferenceEquals(async, _async) && ReferenceEquals(cors, _cors)
            ? this
            : new RoutingTable(sync, async, cors);

    private object WithSync(Route route)
    {
        var key = new SyncKey(route.Subscription.Method, route.Subscription.EventType);
        var tree = PathTree.Add(SyncKey.TreeOf(HashTrie.Find(_sync, key)), route);
        return HashTrie.Set(_sync, key, key.ItemOf(tree));
    }

    private object? WithoutSync(Subscription subscription, string pattern)
    {
        var key = new SyncKey(subscription.Method, subscription.EventType);
        var before = SyncKey.TreeOf(HashTrie.Find(_sync, key));
        var after = PathTree.Remove(before, pattern, Route.Key(subscription));
        return ReferenceEquals(before, after) ? _sync
            : after is null ? HashTrie.Remove(_sync, key)
            : HashTrie.Set(_sync, key, key.ItemOf(after));
    }

    private object WithAsync(Route route)
    {
        var key = new AsyncKey(route.Subscription.Method, route.Pattern, route.Subscription.EventType);
        var there = (AsyncRoutes?)HashTrie.Find(_async, key);
        return HashTrie.Set(_async, key, there is null ? new AsyncRoutes(route) : there.Add(route));
    }

    private object? WithoutAsync(Subscription subscription, string pattern)
    {
        var key = new AsyncKey(subscription.Method, pattern, subscription.EventType);
        var before = (AsyncRoutes?)HashTrie.Find(_async, key);
        var after = before?.Remove(Route.Key(subscription));
        return ReferenceEquals(before, after) ? _async
            : after is null ? HashTrie.Remove(_async, key)
            : HashTrie.Set(_async, key, after);
    }

    private static object? WithCors(object? cors, string method, CorsEntry entry)
    {
        if (!PathPattern.IsWellFormed(entry.Pattern))
        {
            return cors;
        }

        var key = new CorsKey(method);
        var there = (CorsPaths?)HashTrie.Find(cors, key);
        return HashTrie.Set(cors, key, new CorsPaths(method, PathTree.Add(there?.Tree, entry)));
    }

    private object? WithoutCors(string method, string pattern, PathEntryKey entry)
    {
        var key = new CorsKey(method);
        if (HashTrie.Find(_cors, key) is not CorsPaths before || !PathPattern.IsWellFormed(pattern))
        {
            return _cors;
        }

        var after = PathTree.Remove(before.Tree, pattern, entry);
        return ReferenceEquals(before.Tree, after) ? _cors
            : after is null ? HashTrie.Remove(_cors, key)
            : HashTrie.Set(_cors, key, new CorsPaths(method, after));
    }
}
