using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>
/// The routes of all spaces. Immutable: a change makes a new table that shares all nodes except the few on its path. The time
/// of a lookup depends on the length of the path, not on the number of subscriptions.
/// </summary>
public sealed partial class RoutingTable
{
    private readonly object? _sync;
    private readonly object? _async;
    private readonly object? _cors;

    // The spaces of enabled sync subscriptions, by method and path.
    private readonly object? _takers;

    private const int Unknown = -1;

    // Computed once for each table, because every call reads it.
    private int _hasSystemSubscribers = Unknown;

    private RoutingTable(object? sync, object? async, object? cors, object? takers)
    {
        _sync = sync;
        _async = async;
        _cors = cors;
        _takers = takers;
    }

    /// <summary>The table that selects nothing.</summary>
    public static RoutingTable Empty { get; } = new(null, null, null, null);

    /// <summary>
    /// Returns the table with a route, in place of one of the same subscription. Conflicts are not checked: between routes that
    /// conflict, static segments win over parameters, these over wildcards, and then the first space in ordinal order. A
    /// disabled subscription takes no events, but a sync one keeps its path.
    /// </summary>
    public RoutingTable With(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        var entry = new RouteEntry(route);
        var subscription = route.Subscription;
        var enabled = subscription.Enabled ?? true;
        var cors = WithoutCors(subscription.Method, entry.Pattern, CorsEntry.KeyOf(subscription));
        if (enabled && subscription.Cors is { } settings)
        {
            cors = WithCors(cors, subscription.Method, new CorsEntry(entry.Pattern, CorsEntry.KeyOf(subscription), settings));
        }

        if (subscription.Type is SubscriptionType.Async)
        {
            return new RoutingTable(_sync, enabled ? WithAsync(entry) : WithoutAsync(subscription, entry.Pattern), cors, _takers);
        }

        return PathPattern.IsWellFormed(entry.Pattern)
            ? new RoutingTable(WithSync(entry), _async, cors, TakersWith(subscription, entry.Pattern, enabled))
            : new RoutingTable(_sync, _async, cors, _takers);
    }

    /// <summary>The table without a subscription's route; this one if it has none.</summary>
    public RoutingTable Without(Subscription subscription)
    {
        var pattern = RouteEntry.PatternOf(subscription);
        var cors = WithoutCors(subscription.Method, pattern, CorsEntry.KeyOf(subscription));
        return subscription.Type is SubscriptionType.Sync
            ? Changed(WithoutSync(subscription, pattern), _async, cors, TakersWith(subscription, pattern, takes: false))
            : Changed(_sync, WithoutAsync(subscription, pattern), cors, _takers);
    }

    /// <summary>The table with a CORS configuration, in place of one of the same space and id.</summary>
    public RoutingTable With(CorsConfiguration configuration)
    {
        var pattern = PathPattern.Of(configuration.Path, literal: false);
        var entry = new CorsEntry(pattern, CorsEntry.KeyOf(configuration), configuration);
        return Changed(_sync, _async, WithCors(_cors, configuration.Method, entry), _takers);
    }

    /// <summary>The table without a CORS configuration; this one if it has none.</summary>
    public RoutingTable Without(CorsConfiguration configuration)
    {
        var pattern = PathPattern.Of(configuration.Path, literal: false);
        return Changed(_sync, _async, WithoutCors(configuration.Method, pattern, CorsEntry.KeyOf(configuration)), _takers);
    }

    // The takers change only with the sync routes.
    private RoutingTable Changed(object? sync, object? async, object? cors, object? takers) =>
        ReferenceEquals(sync, _sync) && ReferenceEquals(async, _async) && ReferenceEquals(cors, _cors)
            ? this
            : new RoutingTable(sync, async, cors, takers);

    private object WithSync(RouteEntry route)
    {
        var key = new SyncKey(route.Subscription.Method, route.Subscription.EventType);
        var tree = PathTree.Add(SyncKey.TreeOf(HashTrie.Find(_sync, key)), route);
        return HashTrie.Set(_sync, key, key.ItemOf(tree));
    }

    private object? WithoutSync(Subscription subscription, string pattern)
    {
        var key = new SyncKey(subscription.Method, subscription.EventType);
        var before = SyncKey.TreeOf(HashTrie.Find(_sync, key));
        var after = PathTree.Remove(before, pattern, RouteEntry.KeyOf(subscription));
        return ReferenceEquals(before, after) ? _sync
            : after is null ? HashTrie.Remove(_sync, key)
            : HashTrie.Set(_sync, key, key.ItemOf(after));
    }

    private object WithAsync(RouteEntry route)
    {
        var key = new AsyncKey(route.Subscription.Method, route.Pattern);
        return HashTrie.Set(_async, key, AsyncPath.With(HashTrie.Find(_async, key), route));
    }

    private object? WithoutAsync(Subscription subscription, string pattern)
    {
        var key = new AsyncKey(subscription.Method, pattern);
        var before = HashTrie.Find(_async, key);
        var after = AsyncPath.Without(before, subscription);
        return ReferenceEquals(before, after) ? _async
            : after is null ? HashTrie.Remove(_async, key)
            : HashTrie.Set(_async, key, after);
    }
}
