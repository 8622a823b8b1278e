using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Memory;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Routing;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Engine.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>A dispatcher over a memory store, with functions that a test plays.</summary>
internal sealed class DispatcherFixture : IRouteDirectory, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Space, string SubscriptionId), Route> _routes = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private int _finds;

    public DispatcherFixture(
        GatewayDefaults? defaults = null, TimeProvider? timeProvider = null, IFunctionProvider? provider = null, bool durable = false,
        ILogger<Dispatcher>? logger = null)
    {
        defaults ??= new GatewayDefaults();
        timeProvider ??= TimeProvider.System;
        Listen();
        Store = new MemoryDeliveryStore(defaults, timeProvider);
        Durable = new RecordingStore(Store);
        var metrics = Metrics = new DeliveryMetrics(_services.GetRequiredService<IMeterFactory>());
        metrics.ObserveBacklog(() => Store.Count);
        Gates = new FunctionGates(this, defaults, metrics, timeProvider, NullLogger<FunctionGates>.Instance);
        Reports = new DuplicateReports(metrics, timeProvider, Duplicates);
        Backlog = new DeliveryBacklog(durable ? Durable : Store, metrics);
        Intake = new DeliveryIntake(Backlog, Backlog, defaults, Reports);
        Dispatcher = new Dispatcher(
            Backlog,
            this,
            new FunctionInvoker(new FunctionProviders([provider ?? Functions]), defaults, timeProvider),
            new Replies(() => Published, Intake, defaults, metrics, NullLogger<Replies>.Instance),
            Gates,
            defaults,
            metrics,
            timeProvider,
            logger ?? Logger,
            SubscriptionObserver);
        Dispatcher.Lanes.Start();
    }

    public PlayedFunctions Functions { get; } = new();

    public RecordingSubscriptionObserver SubscriptionObserver { get; } = new();

    public MemoryDeliveryStore Store { get; }

    /// <summary>The store of a durable fixture. Records the verdicts.</summary>
    public RecordingStore Durable { get; }

    public DeliveryMetrics Metrics { get; }

    public DeliveryBacklog Backlog { get; }

    public DeliveryIntake Intake { get; }

    public Dispatcher Dispatcher { get; }

    /// <summary>How many lanes are open.</summary>
    public int LaneCount => Dispatcher.Lanes.Count;

    public FunctionGates Gates { get; }

    /// <summary>The functions that are not in the configuration. All others are.</summary>
    public ConcurrentDictionary<string, bool> Deleted { get; } = new();

    /// <summary>Routes the events that functions reply with.</summary>
    public RoutingTable Published { get; set; } = RoutingTable.Empty;

    public RecordingLogger<Dispatcher> Logger { get; } = new(LogLevel.Information);

    /// <summary>Counts and logs duplicates.</summary>
    public DuplicateReports Reports { get; }

    /// <summary>The log lines about duplicates.</summary>
    public RecordingLogger<DuplicateReports> Duplicates { get; } = new();

    /// <summary>How often a route was looked up.</summary>
    public int Finds => Volatile.Read(ref _finds);

    /// <summary>Thrown by every second search for a route. Null means no exception.</summary>
    public Exception? Fault { get; set; }

    /// <summary>The function whose search throws, so that no lane to it opens. Null means no exception.</summary>
    public string? Broken { get; set; }

    /// <summary>Thrown when a subscription is to be disabled. Null means no exception.</summary>
    public Exception? DisableFault { get; set; }

    /// <summary>Called by each search for a route, with the number of searches so far.</summary>
    public Action<int>? OnFind { get; set; }

    public static CloudEvent Event(string id = "1", int bytes = 0) => new()
    {
        Id = id,
        Type = "test.event",
        Source = "/test",
        DataContentType = "text/plain",
        Data = bytes == 0 ? CloudEventData.None : CloudEventData.Text(new byte[bytes].Select(_ => (byte)'a').ToArray()),
    };

    public ValueTask<AcceptResult> AcceptAsync(CloudEvent cloudEvent, Route[] routes, CancellationToken cancellationToken) =>
        Backlog.AcceptAsync([new EventDeliveries(cloudEvent, routes)], cancellationToken);

    public Route Route(string functionId, string? subscriptionId = null, CloudEventFormat? format = null) =>
        Route(functionId, format is null ? null : new DeliverySettings { CloudEvents = format }, subscriptionId);

    public Route Route(string functionId, DeliverySettings? delivery, string? subscriptionId = null)
    {
        var route = TestRoutes.To(TestRoutes.OfType("played", functionId), delivery, subscriptionId);
        Put(route);
        return route;
    }

    public void Put(Route route) => _routes[(route.Subscription.Space, route.Subscription.SubscriptionId)] = route;

    public void Remove(Route route) => _routes.TryRemove((route.Subscription.Space, route.Subscription.SubscriptionId), out _);

    public long Counted(string instrument, string prefix = "eventgateway_events_")
    {
        foreach (var (name, _) in _counts.Where(static count => count.Key.StartsWith("eventgateway_function_circuit", StringComparison.Ordinal)))
        {
            // A function whose circuit is closed is no longer listed.
            _counts.TryRemove(name, out long _);
        }

        _listener.RecordObservableInstruments();
        return _counts.GetValueOrDefault(prefix + instrument);
    }

    /// <summary>Waits until all accepted deliveries have ended. The store accepts no more after that.</summary>
    public async Task<long> DrainAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await Dispatcher.DrainAsync(deadline.Token);
    }

    public Route? Find(string space, string subscriptionId, string functionId)
    {
        // A lane reads its limits first, then the route of the delivery.
        var finds = Interlocked.Increment(ref _finds);
        OnFind?.Invoke(finds);
        if (Fault is { } fault && finds % 2 == 0)
        {
            throw fault;
        }

        var route = _routes.GetValueOrDefault((space, subscriptionId));
        return route is null || route.Function.FunctionId == functionId
            ? route
            : new Route(route.Subscription, TestRoutes.OfType("played", functionId));
    }

    public bool HasFunction(string space, string functionId) => functionId == Broken
        ? throw new InvalidOperationException("broken")
        : !Deleted.ContainsKey(functionId);

    public ValueTask<bool> DisableAsync(string space, string subscriptionId, string reason, CancellationToken cancellationToken)
    {
        if (DisableFault is { } fault)
        {
            return ValueTask.FromException<bool>(fault);
        }

        var route = _routes[(space, subscriptionId)];
        var wasEnabled = route.Subscription.Enabled is not false;
        Put(new Route(route.Subscription with { Enabled = false, DisabledReason = reason }, route.Function));
        return ValueTask.FromResult(wasEnabled);
    }

    public async ValueTask DisposeAsync()
    {
        Dispatcher.Dispose();
        Backlog.Dispose();
        Gates.Dispose();
        _listener.Dispose();
        await _services.DisposeAsync();
    }

    private void Listen()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var labels = string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            if (instrument.IsObservable)
            {
                _counts[instrument.Name] = value;
            }
            else
            {
                _counts.AddOrUpdate(labels.Length == 0 ? instrument.Name : $"{instrument.Name}{{{labels}}}", value, (_, old) => old + value);
            }
        });
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) =>
            _counts[$"{instrument.Name}{{{string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}}"] = value);
        _listener.SetMeasurementEventCallback<double>((instrument, _, _, _) =>
            _counts.AddOrUpdate(instrument.Name, 1, (_, old) => old + 1));
        _listener.Start();
    }
}
