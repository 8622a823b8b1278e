using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Memory;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Plugins;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Events;
using EventGateway.Hosting;
using EventGateway.Options;
using EventGateway.Serving;
using EventGateway.Tests.Engine.Delivery;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Engine.Registry;
using EventGateway.Tests.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;

namespace EventGateway.Tests.Events;

/// <summary>
/// The Events API with its engine as the program puts them together, with functions that a test plays and a clock that stands
/// still. Nothing leaves the process. Deliveries are made at most once, so that a drain waits for all of them.
/// </summary>
internal sealed class EventsFixture : IAsyncDisposable
{
    private const long Heap = 1000;

    private readonly ServiceProvider _services;

    private EventsFixture(GatewayOptions options, long memory, IReadOnlyList<IPlugin> plugins)
    {
        Durable = new RecordingStore(new MemoryDeliveryStore(new GatewayDefaults { BacklogDeliveries = options.WorkersBacklog }, Clock));
        var limits = MachineLimits.Of(descriptors: null, used: 0, memory);
        _services = new ServiceCollection()
            .AddSingleton(options)
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(limits)
            .AddSingleton<IConfigStore>(new MemoryConfigStore())
            .AddSingleton<Overload>()
            .AddSingleton<IOverloadObserver>(services => services.GetRequiredService<Overload>())
            .AddSingleton(_ => new HeapGuard(Heap, Clock, _ => Heap * HeapPercent / 100))
            .AddSingleton(new ThreadGuard(Clock, static _ => { }))
            .AddSingleton<Admission>()
            .AddSingleton<Draining>()
            .AddSingleton<OpenConnections>()
            .AddSingleton<Health>()
            .AddLogging()
            .AddMetrics()
            .AddGatewayEngine(options, limits, Durable, [.. plugins.Select(Load)])
            .AddSingleton(new FunctionProviders([Functions, HttpFunctions, new BuiltinFunctionProvider(BuiltinLog)]))
            .AddSingleton<ILogger<UnmatchedEvents>>(UnmatchedLog)
            .AddEventsApi()
            .BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; } = new();

    /// <summary>Functions of the type <c>played</c>.</summary>
    public PlayedFunctions Functions { get; } = new();

    /// <summary>Functions of the type <c>http</c>.</summary>
    public PlayedHttpFunctions HttpFunctions { get; } = new();

    /// <summary>What the built-in function <c>log</c> writes.</summary>
    public RecordingLogger<BuiltinFunctionProvider> BuiltinLog { get; } = new();

    /// <summary>The log lines about events that no subscription takes.</summary>
    public RecordingLogger<UnmatchedEvents> UnmatchedLog { get; } = new();

    /// <summary>Keeps the deliveries that are made at least once.</summary>
    public RecordingStore Durable { get; }

    /// <summary>How full the heap is.</summary>
    public int HeapPercent { get; set; } = 10;

    public GatewayRegistry Registry => Get<GatewayRegistry>();

    /// <summary>Starts the gateway.</summary>
    /// <param name="configure">Changes the operator's options. Null keeps the defaults.</param>
    /// <param name="memory">The machine's memory, in bytes.</param>
    /// <param name="plugins">The plug-ins.</param>
    public static async Task<EventsFixture> StartAsync(
        Func<GatewayOptions, GatewayOptions>? configure = null, long memory = 1 << 30, params IReadOnlyList<IPlugin> plugins)
    {
        var options = new GatewayOptions { Durability = DeliveryGuarantee.AtMostOnce };
        var fixture = new EventsFixture(configure?.Invoke(options) ?? options, memory, plugins);
        await fixture.Registry.StartAsync(CancellationToken.None);
        await fixture.Get<Dispatchers>().StartAsync(CancellationToken.None);
        await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, """{"name":"test.event"}""");
        return fixture;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Creates an event type.</summary>
    /// <param name="name">The name; <c>test.event</c> is there in the space <c>default</c>.</param>
    /// <param name="authorizerId">The function that is asked about events of the type, which must be there. Null: none is asked.</param>
    /// <param name="space">The space.</param>
    public Task CreateTypeAsync(string name, string? authorizerId = null, string space = RegistryFixture.Space) => RegistryFixture.CreateAsync(
        Registry.EventTypes, authorizerId is null ? $$"""{"name":"{{name}}"}""" : $$"""{"name":"{{name}}","authorizerId":"{{authorizerId}}"}""", space);

    /// <summary>Creates a function that the test plays.</summary>
    public Task PlayAsync(string functionId, string? answer = null, string space = RegistryFixture.Space)
    {
        if (answer is not null)
        {
            Functions.Play(functionId, _ => Task.FromResult(new FunctionResult(FunctionOutcome.Success, Encoding.UTF8.GetBytes(answer))));
        }

        return RegistryFixture.CreateAsync(Registry.Functions, $$"""{"functionId":"{{functionId}}","provider":{},"type":"played"}""", space);
    }

    /// <summary>Creates an HTTP function that the test plays, called at <c>http://ID.test/base</c>.</summary>
    public Task PlayHttpAsync(string functionId, string query = "", bool signed = false) => RegistryFixture.CreateAsync(
        Registry.Functions,
        $$$"""{"functionId":"{{{functionId}}}","type":"http","provider":{"url":"http://{{{functionId}}}.test/base{{{query}}}","signed":{{{(signed ? "true" : "false")}}}}}""");

    /// <summary>Creates a subscription.</summary>
    /// <param name="type"><c>sync</c> or <c>async</c>.</param>
    /// <param name="functionId">The function, which must be there.</param>
    /// <param name="eventType">The event type, which must be there.</param>
    /// <param name="more">More members, as JSON without the braces. Empty: none.</param>
    /// <param name="space">The space.</param>
    /// <returns>The subscription with its function.</returns>
    public async Task<Route> SubscribeAsync(
        string type, string functionId, string eventType = "test.event", string more = "", string space = RegistryFixture.Space)
    {
        var rest = more.Length == 0 ? "" : more + ",";
        var entry = await RegistryFixture.CreateAsync(
            Registry.Subscriptions, $$"""{"type":"{{type}}","eventType":"{{eventType}}",{{rest}}"functionId":"{{functionId}}"}""", space);
        return ((IRouteDirectory)Registry).Find(space, entry.Resource.SubscriptionId, functionId)!;
    }

    /// <summary>Sends a request to the Events API.</summary>
    public Task<TestAnswer> SendAsync(HttpRequest request, string body = "") => SendAsync(new TestExchange(request, body));

    /// <summary>Makes an exchange with the Events API.</summary>
    public async Task<TestAnswer> SendAsync(TestExchange exchange)
    {
        await Get<EventsEndpoint>().HandleAsync(exchange.Context);
        return await exchange.CompleteAsync();
    }

    /// <summary>Waits until all deliveries are made; no more are taken on after that.</summary>
    /// <returns>What the functions of the type <c>played</c> got, sync calls too.</returns>
    public async Task<IReadOnlyList<(string FunctionId, JsonElement Event)>> DrainAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await Get<Dispatchers>().DrainAsync(deadline.Token);
        deadline.IsCancellationRequested.ShouldBeFalse();
        return Calls;
    }

    /// <summary>What the functions of the type <c>played</c> got so far.</summary>
    public IReadOnlyList<(string FunctionId, JsonElement Event)> Calls =>
        [.. Functions.Calls.Select(call => (call.Function.FunctionId, JsonDocument.Parse(call.Body).RootElement))];

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static LoadedPlugin Load(IPlugin plugin)
    {
        LoadedPlugin.TryCreate("played", () => plugin, out var loaded, out var error).ShouldBeTrue(error);
        return loaded!;
    }
}
