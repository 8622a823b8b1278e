using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry.State;
using EventGateway.Engine.Registry.Validators;
using EventGateway.Engine.Routing;
using EventGateway.Engine.Subscriptions;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Registry;

/// <summary>
/// The configuration of all spaces. Reads come from memory. A write is checked against the configuration in force, stored,
/// and answered once it is in force here. The writes of other instances arrive through the store's change feed.
/// </summary>
public sealed partial class GatewayRegistry : IAsyncDisposable
{
    private readonly IConfigStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<GatewayRegistry> _logger;
    private readonly bool _credentialsFromAnyOrigin;
    private readonly TimeSpan _dedupWindow;
    private readonly SubscriptionValidator _subscriptions;
    private readonly Dictionary<ConfigKind, IResourceValidator> _validators;
    private readonly CancellationTokenSource _stopping = new();

    // Guards _snapshot and _awaited. Nothing else may run inside it, because requests and the feed would wait for it.
    private readonly Lock _sync = new();

    // Only the load and the feed replace it.
    private volatile RegistrySnapshot _snapshot = RegistrySnapshot.Empty;

    /// <summary>Creates a registry, which is empty until it is started.</summary>
    /// <param name="store">Keeps the configuration; the caller disposes of it after the registry.</param>
    /// <param name="providers">The providers that functions may name.</param>
    /// <param name="time">Measures how long to wait for the store's feed, and says when a subscription is disabled.</param>
    /// <param name="logger">Gets the problems that an operator must solve.</param>
    /// <param name="defaults">Says what 0.9 accepted and this registry accepts too. Default: nothing.</param>
    public GatewayRegistry(
        IConfigStore store, FunctionProviders providers, TimeProvider time, ILogger<GatewayRegistry> logger, GatewayDefaults? defaults = null)
    {
        _store = store;
        _time = time;
        _logger = logger;
        defaults ??= new GatewayDefaults();
        _credentialsFromAnyOrigin = defaults.CredentialsFromAnyOrigin;
        _dedupWindow = defaults.DedupWindow;
        IgnoresUnknown = defaults.IgnoresUnknown;
        var eventTypes = new EventTypeValidator(defaults);
        var functions = new FunctionValidator(providers, defaults);
        _subscriptions = new SubscriptionValidator(providers, defaults, time);
        var cors = new CorsValidator(defaults);
        _validators = new Dictionary<ConfigKind, IResourceValidator>
        {
            [ConfigKind.EventType] = eventTypes,
            [ConfigKind.Function] = functions,
            [ConfigKind.Subscription] = _subscriptions,
            [ConfigKind.Cors] = cors,
        };
        EventTypes = new Resources<EventType>(this, eventTypes);
        Functions = new Resources<Function>(this, functions);
        Subscriptions = new Resources<Subscription>(this, _subscriptions);
        Cors = new Resources<CorsConfiguration>(this, cors);
    }

    /// <summary>Whether unknown fields of resources, and text after a body, are ignored, as in 0.9.</summary>
    public bool IgnoresUnknown { get; }

    /// <summary>The event types.</summary>
    public Resources<EventType> EventTypes { get; }

    /// <summary>The functions.</summary>
    public Resources<Function> Functions { get; }

    /// <summary>The subscriptions.</summary>
    public Resources<Subscription> Subscriptions { get; }

    /// <summary>The CORS configurations.</summary>
    public Resources<CorsConfiguration> Cors { get; }

    /// <summary>The observer of routes. Must be set before anything is written. Default: no observer.</summary>
    public IRouteObserver? Observer { get; set; }

    /// <summary>The observer of subscriptions that clients disable. Must be set before anything is written. Default: no observer.</summary>
    public ISubscriptionObserver? SubscriptionObserver { get; set; }

    /// <summary>The routes in force: an immutable table that every change replaces.</summary>
    public RoutingTable Routes => _snapshot.Routes;

    /// <summary>The store's revision that the registry has reached.</summary>
    public long Revision => _snapshot.Revision;

    internal RegistrySnapshot Snapshot => _snapshot;

    /// <summary>Stops following the feed and refuses the writes that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        // The semaphore and the token source are not disposed, because writes may still wait for their turn.
        await _stopping.CancelAsync();
        await _following;
    }
}
