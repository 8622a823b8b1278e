using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventGateway.Core;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Delivery;
using EventGateway.Core.Functions;
using EventGateway.Core.Routing;
using EventGateway.Tests.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace EventGateway.Tests.Delivery;

/// <summary>A dispatcher over a memory store, with functions that a test plays.</summary>
internal sealed class DispatcherFixture : IRouteDirectory, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Space, string SubscriptionId), Route> _routes = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();

    public DispatcherFixture(GatewayDefaults? defaults = null, TimeProvider? timeProvider = null, IFunctionProvider? provider = null)
    {
        defaults ??= new GatewayDefaults();
        timeProvider ??= TimeProvider.System;
        Listen();
        Store = new MemoryDeliveryStore(defaults, timeProvider);
        Dispatcher = new Dispatcher(
            Store,
            this,
            new FunctionInvoker(new FunctionProviders([provider ?? Functions]), defaults, timeProvider),
            defaults,
            new DeliveryMetrics(_services.GetRequiredService<IMeterFactory>()),
            timeProvider,
            Logger);
    }

    public PlayedFunctions Functions { get; } = new();

    public MemoryDeliveryStore Store { get; }

    public Dispatcher Dispatcher { get; }

    public RecordingLogger<Dispatcher> Logger { get; } = new();

    /// <summary>What looking up a route throws. Not set: nothing.</summary>
    public Exception? Fault { get; set; }

    public static CloudEvent Event(string id = "1", int bytes = 0) => new()
    {
        Id = id,
        Type = "test.event",
        Source = "/test",
        DataContentType = "text/plain",
        Data = bytes == 0 ? CloudEventData.None : CloudEventData.Text(new byte[bytes].Select(_ => (byte)'a').ToArray()),
    };

    public Route Route(string functionId, string? subscriptionId = null, CloudEventFormat? format = null)
    {
        var delivery = format is null ? null : new Core.Registry.DeliverySettings { CloudEvents = format };
        var route = TestRoutes.To(TestRoutes.OfType("played", functionId), delivery, subscriptionId);
        Put(route);
        return route;
    }

    public void Put(Route route) => _routes[(route.Subscription.Space, route.Subscription.SubscriptionId)] = route;

    public void Remove(Route route) => _routes.TryRemove((route.Subscription.Space, route.Subscription.SubscriptionId), out _);

    public long Counted(string instrument)
    {
        _listener.RecordObservableInstruments();
        return _counts.GetValueOrDefault("eventgateway_events_" + instrument);
    }

    /// <summary>Waits until all accepted deliveries have ended; the dispatcher takes no more after that.</summary>
    public async Task<long> DrainAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await Dispatcher.DrainAsync(deadline.Token);
    }

    public Route? Find(string space, string subscriptionId) => Fault is { } fault
        ? throw fault
        : _routes.GetValueOrDefault((space, subscriptionId));

    public async ValueTask DisposeAsync()
    {
        Dispatcher.Dispose();
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
        _listener.SetMeasurementEventCallback<double>((instrument, _, _, _) =>
            _counts.AddOrUpdate(instrument.Name, 1, (_, old) => old + 1));
        _listener.Start();
    }
}
