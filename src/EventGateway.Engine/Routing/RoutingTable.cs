using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>
/// The routes of all spaces. Immutable: a change makes a new table that shares all nodes except the few on its path. The time
/// of a lookup depends on the length of the path and the segments of the type, not on the number of subscriptions.
/// Routes of a family of event types are kept under its name: an event is looked up under its type, then under each selected family that
/// includes the type.
/// </summary>
public sealed partial class RoutingTable
{
    private readonly object? _sync;
    private readonly object? _async;
    private readonly CorsTable _cors;

    // The spaces of enabled sync subscriptions, by method and path.
    private readonly object? _takers;

    // The disabled async subscriptions, in the form of _async. Disabled sync ones stay in _sync.
    private readonly object? _disabled;

    // The event types that subscriptions select, disabled ones too.
    private readonly SelectedTypes _types;

    private const int Unknown = -1;

    // Computed once for each table, because every call reads it.
    private int _hasSystemSubscribers = Unknown;

    private RoutingTable(object? sync, object? async, CorsTable cors, object? takers, object? disabled, SelectedTypes types)
    {
        _sync = sync;
        _async = async;
        _cors = cors;
        _takers = takers;
        _disabled = disabled;
        _types = types;
    }

    /// <summary>The table that selects nothing.</summary>
    public static RoutingTable Empty { get; } = new(null, null, CorsTable.Empty, null, null, SelectedTypes.None);

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
        var cors = _cors.Without(subscription.Method, entry.Pattern, CorsEntry.KeyOf(subscription));
        if (enabled && subscription.Cors is { } settings)
        {
            cors = cors.With(subscription.Method, new CorsEntry(entry.Pattern, CorsEntry.KeyOf(subscription), settings));
        }

        if (subscription.Type is SubscriptionType.Async)
        {
            var (taking, disabled) = enabled
                ? (WithAsync(_async, entry), WithoutAsync(_disabled, subscription, entry.Pattern))
                : (WithoutAsync(_async, subscription, entry.Pattern), WithAsync(_disabled, entry));
            return new RoutingTable(_sync, taking, cors, _takers, disabled, Counted(subscription, entry.Pattern, 1));
        }

        return PathPattern.IsWellFormed(entry.Pattern)
            ? new RoutingTable(WithSync(entry), _async, cors, TakersWith(subscription, entry.Pattern, enabled), _disabled, Counted(subscription, entry.Pattern, 1))
            : Changed(_sync, _async, cors, _takers);
    }

    /// <summary>The table without a subscription's route; this one if it has none.</summary>
    public RoutingTable Without(Subscription subscription)
    {
        var pattern = RouteEntry.PatternOf(subscription);
        var cors = _cors.Without(subscription.Method, pattern, CorsEntry.KeyOf(subscription));
        if (!Has(subscription, pattern))
        {
            return Changed(_sync, _async, cors, _takers);
        }

        var types = Counted(subscription, pattern, -1);
        return subscription.Type is SubscriptionType.Sync
            ? new RoutingTable(WithoutSync(subscription, pattern), _async, cors, TakersWith(subscription, pattern, takes: false), _disabled, types)
            : new RoutingTable(
                _sync, WithoutAsync(_async, subscription, pattern), cors, _takers, WithoutAsync(_disabled, subscription, pattern), types);
    }

    /// <summary>The table with a CORS configuration, in place of one of the same space and id.</summary>
    public RoutingTable With(CorsConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Changed(_sync, _async, configuration.IsDefault ? _cors.WithDefault(configuration) : _cors.With(configuration.Method, EntryOf(configuration)), _takers);
    }

    /// <summary>The table without a CORS configuration; this one if it has none.</summary>
    public RoutingTable Without(CorsConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var entry = EntryOf(configuration);
        var cors = configuration.IsDefault
            ? _cors.WithoutDefault(configuration.Space)
            : _cors.Without(configuration.Method, entry.Pattern, entry.Key);
        return Changed(_sync, _async, cors, _takers);
    }

    private static CorsEntry EntryOf(CorsConfiguration configuration) =>
        new(PathPattern.Of(configuration.Path, literal: false), CorsEntry.KeyOf(configuration), configuration);

    // The takers change only with the sync routes.
    private RoutingTable Changed(object? sync, object? async, CorsTable cors, object? takers) =>
        ReferenceEquals(sync, _sync) && ReferenceEquals(async, _async) && ReferenceEquals(cors, _cors)
            ? this
            : new RoutingTable(sync, async, cors, takers, _disabled, _types);

    private bool Has(Subscription subscription, string pattern)
    {
        if (subscription.Type is SubscriptionType.Sync)
        {
            var tree = SyncKey.TreeOf(HashTrie.Find(_sync, new SyncKey(subscription.Method, subscription.EventType)));
            return PathTree.Find(tree, pattern, RouteEntry.KeyOf(subscription)) is not null;
        }

        var key = new AsyncKey(subscription.Method, pattern);
        return AsyncPath.Has(HashTrie.Find(_async, key), subscription) || AsyncPath.Has(HashTrie.Find(_disabled, key), subscription);
    }

    // The selected event types after a subscription was set or removed.
    private SelectedTypes Counted(Subscription subscription, string pattern, int change) =>
        Has(subscription, pattern) == change < 0 ? _types.Count(subscription.EventType, change) : _types;

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

    private static object WithAsync(object? paths, RouteEntry route)
    {
        var key = new AsyncKey(route.Subscription.Method, route.Pattern);
        return HashTrie.Set(paths, key, AsyncPath.With(HashTrie.Find(paths, key), route));
    }

    private static object? WithoutAsync(object? paths, Subscription subscription, string pattern)
    {
        var key = new AsyncKey(subscription.Method, pattern);
        var before = HashTrie.Find(paths, key);
        var after = AsyncPath.Without(before, subscription);
        return ReferenceEquals(before, after) ? paths
            : after is null ? HashTrie.Remove(paths, key)
            : HashTrie.Set(paths, key, after);
    }
}
