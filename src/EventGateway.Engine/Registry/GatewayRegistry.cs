using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry.State;
using EventGateway.Engine.Registry.Validators;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Registry;

/// <summary>
/// The configuration of all spaces with its rules. Reads come from memory. A write is checked against what is in force,
/// stored, and answered once it is in force here; the writes of other instances arrive through the store's change feed.
/// </summary>
public sealed partial class GatewayRegistry : IAsyncDisposable
{
    private readonly IConfigStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<GatewayRegistry> _logger;
    private readonly bool _credentialsFromAnyOrigin;
    private readonly Dictionary<ConfigKind, IChangeRules> _rules;
    private readonly CancellationTokenSource _stopping = new();

    // Guards who waits for a revision. No rule runs inside: importing a certificate takes milliseconds.
    private readonly Lock _sync = new();

    // Only the feed replaces it.
    private volatile RegistrySnapshot _snapshot = RegistrySnapshot.Empty;

    /// <summary>Creates a registry that knows nothing until it is started.</summary>
    /// <param name="store">Keeps the configuration; the caller disposes of it after the registry.</param>
    /// <param name="providers">The providers that functions may name.</param>
    /// <param name="time">Measures how long to wait for the store's feed.</param>
    /// <param name="logger">Where to report what only an operator can mend.</param>
    /// <param name="defaults">What CORS settings may allow. Default: no credentials from any origin.</param>
    public GatewayRegistry(
        IConfigStore store, FunctionProviders providers, TimeProvider time, ILogger<GatewayRegistry> logger, GatewayDefaults? defaults = null)
    {
        _store = store;
        _time = time;
        _logger = logger;
        _credentialsFromAnyOrigin = defaults?.CredentialsFromAnyOrigin ?? false;
        var eventTypes = new EventTypeValidator();
        var functions = new FunctionValidator(providers);
        var subscriptions = new SubscriptionValidator(providers, _credentialsFromAnyOrigin);
        var cors = new CorsValidator(_credentialsFromAnyOrigin);
        _rules = new Dictionary<ConfigKind, IChangeRules>
        {
            [ConfigKind.EventType] = eventTypes,
            [ConfigKind.Function] = functions,
            [ConfigKind.Subscription] = subscriptions,
            [ConfigKind.Cors] = cors,
        };
        EventTypes = new Resources<EventType>(this, eventTypes);
        Functions = new Resources<Function>(this, functions);
        Subscriptions = new Resources<Subscription>(this, subscriptions);
        Cors = new Resources<CorsConfiguration>(this, cors);
    }

    /// <summary>The event types.</summary>
    public Resources<EventType> EventTypes { get; }

    /// <summary>The functions.</summary>
    public Resources<Function> Functions { get; }

    /// <summary>The subscriptions.</summary>
    public Resources<Subscription> Subscriptions { get; }

    /// <summary>The CORS configurations.</summary>
    public Resources<CorsConfiguration> Cors { get; }

    /// <summary>Learns of routes that come and go from now on. Null means nobody. Set it before anything is written.</summary>
    public IRouteObserver? Observer { get; set; }

    /// <summary>What is routed now: an immutable table, replaced as a whole by every change.</summary>
    public RoutingTable Routes => _snapshot.Routes;

    /// <summary>The store's revision that the registry has reached.</summary>
    public long Revision => _snapshot.Revision;

    internal RegistrySnapshot Snapshot => _snapshot;

    /// <summary>The spaces that hold something, by name.</summary>
    public IReadOnlyList<SpaceSummary> ListSpaces()
    {
        var spaces = _snapshot.Spaces;
        var summaries = new List<SpaceSummary>(spaces.Count);
        foreach (var (_, space) in spaces)
        {
            summaries.Add(space.Summarize());
        }

        return summaries;
    }

    /// <summary>Whether a space holds something.</summary>
    public bool HasSpace(string name) => _snapshot.Spaces.ContainsKey(name);

    /// <summary>Stops following the feed; writes that wait are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        // Writes may still be waiting for their turn; they find the token cancelled, so both must outlive them.
        await _stopping.CancelAsync();
        await _following;
    }
}
