using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Memory;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Engine.Delivery.Waiting;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Plugins;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Engine.Subscriptions;
using EventGateway.Engine.SystemEvents;
using EventGateway.Functions.Aws;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Http;
using EventGateway.Functions.Http.Connections;
using EventGateway.Options;
using EventGateway.Serving;

namespace EventGateway.Hosting;

/// <summary>The engine behind both APIs: store, registry, functions, delivery.</summary>
internal static class EngineServices
{
    /// <summary>Adds the engine, with the operator's options as its defaults.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="options">The operator's options.</param>
    /// <param name="limits">What the machine gives.</param>
    /// <param name="durable">Keeps the deliveries that are made at least once.</param>
    /// <param name="plugins">The plug-ins.</param>
    public static IServiceCollection AddGatewayEngine(
        this IServiceCollection services, GatewayOptions options, MachineLimits limits, IDeliveryStore durable, IReadOnlyList<LoadedPlugin> plugins) =>
        services
            .AddSingleton(new GatewayDefaults
            {
                FunctionTimeout = options.FunctionTimeout,
                CloudEventFormat = options.CloudEventsVersion is "0.1" ? CloudEventFormat.V01Structured : CloudEventFormat.V1Structured,
                TextAsBase64 = options.TextAsBase64,
                JsonDepth = new JsonDepthLimit(options.MaxJsonDepth, "--max-json-depth"),
                AllowsIncompleteEvents = options.AllowsIncompleteEvents,
                RequestsAsIn09 = options.RequestsAsIn09,
                FunctionFailureStatus = options.FunctionFailureStatus,
                StrictResponseObjects = options.StrictResponseObjects,
                CredentialsFromAnyOrigin = options.CredentialsFromAnyOrigin,
                CorsListsOwnMethod = options.CorsListsOwnMethod,
                ExclusiveSegments = options.ExclusiveSegments,
                AnyForm = options.AnyForm,
                HasFamilies = options.HasFamilies,
                AnswersHead = options.AnswersHead,
                IgnoresUnknown = options.IgnoresUnknown,
                Guarantee = options.Durability,
                DedupWindow = options.DedupWindow,
                DedupKeys = options.DedupKeys,
                KeepsLog = options.KeepsLog,
                FunctionConcurrency = options.Workers,
                BacklogDeliveries = options.WorkersBacklog,
                BacklogBytes = options.WorkersBacklogSize ?? limits.WaitingBytes,
                LeasedBytes = limits.LeasedBytes,
            })
            .AddHttpProviders()
            .AddSingleton<IFunctionProvider, BuiltinFunctionProvider>()
            .AddAwsProviders()
            .AddSingleton<FunctionProviders>()
            .AddSingleton<FunctionMetrics>()
            .AddSingleton<FunctionInvoker>()
            .AddSingleton(services => ActivatorUtilities.CreateInstance<PluginHost>(services, plugins, new PluginLimits()))
            .AddSingleton<ReceivedEventMetrics>()
            .AddWithRoutes<SystemEventSource>()
            .AddWithRoutes<Replies>()
            .AddSingleton<ICallObserver>(services => services.GetRequiredService<SystemEventSource>())
            .AddSingleton<ISubscriptionObserver>(services => services.GetRequiredService<SystemEventSource>())
            .AddSingleton<MemoryDeliveryStore>()
            .AddSingleton<FunctionGates>()
            .AddSingleton(durable)
            .AddRecords(durable)
            .AddDispatcher<IDeliveryStore>(DeliveryGuarantee.AtLeastOnce)
            .AddDispatcher<MemoryDeliveryStore>(DeliveryGuarantee.AtMostOnce)
            .AddSingleton(services => new DeliveryIntake(
                services.GetRequiredKeyedService<DeliveryBacklog>(DeliveryGuarantee.AtLeastOnce),
                services.GetRequiredKeyedService<DeliveryBacklog>(DeliveryGuarantee.AtMostOnce),
                services.GetRequiredService<GatewayDefaults>(),
                services.GetRequiredService<DuplicateReports>()))
            .AddSingleton(services => new Dispatchers(
                services.GetRequiredKeyedService<Dispatcher>(DeliveryGuarantee.AtLeastOnce),
                services.GetRequiredKeyedService<Dispatcher>(DeliveryGuarantee.AtMostOnce)))
            .AddGatewayRegistry()
            .AddSingleton<IRouteDirectory>(services => services.GetRequiredService<GatewayRegistry>())
            .AddSingleton<DeliveryMetrics>()
            .AddSingleton<DuplicateReports>()
            .AddSingleton(services => OwnListeners.Forbid(options.Config))
            .AddSingleton(new ConnectionShares(limits.FunctionConnections))
            .AddSingleton(new NameLookUps(limits.NameLookUps))
            .AddFunctionOptions(new MemoryBudget(limits.AnswerBytes), options.AnyArn)
            .AddHostedService<DeliveryStarter>();

    // All functions share the memory for answers.
    private static IServiceCollection AddFunctionOptions(this IServiceCollection services, MemoryBudget answers, bool anyArn) =>
        services
            .AddSingleton(services => Bound(services, new HttpFunctionOptions { AnswerMemory = answers }))
            .AddSingleton(services => Bound(services, new AwsOptions { AnswerMemory = answers, AnyArn = anyArn }));

    private static T Bound<T>(IServiceProvider services, T options)
        where T : ConnectionOptions => options with
        {
            Forbidden = services.GetRequiredService<ForbiddenAddresses>(),
            Connections = services.GetRequiredService<ConnectionShares>(),
            LookUps = services.GetRequiredService<NameLookUps>(),
            Overload = services.GetRequiredService<IOverloadObserver>(),
        };

    // What a store keeps besides waiting deliveries; not every store does.
    private static IServiceCollection AddRecords(this IServiceCollection services, IDeliveryStore store)
    {
        if (store is IDeadLetterStore deadLetters)
        {
            services.AddSingleton(deadLetters);
        }

        if (store is IWaitingDeliveries waiting)
        {
            services
                .AddSingleton(waiting)
                .AddSingleton(static services => ActivatorUtilities.CreateInstance<DeliveryOverview>(
                    services, services.GetRequiredKeyedService<Dispatcher>(DeliveryGuarantee.AtLeastOnce)))
                .AddSingleton(static services => ActivatorUtilities.CreateInstance<DeliveryRestarts>(
                    services, services.GetRequiredKeyedService<Dispatcher>(DeliveryGuarantee.AtLeastOnce)));
        }

        if (store is IEventLog log and IReplayStore replays)
        {
            services
                .AddSingleton(log)
                .AddSingleton(replays)
                .AddSingleton(services => ActivatorUtilities.CreateInstance<Replayer>(
                    services, services.GetRequiredKeyedService<DeliveryBacklog>(DeliveryGuarantee.AtLeastOnce)));
        }

        return services;
    }

    private static IServiceCollection AddWithRoutes<T>(this IServiceCollection services)
        where T : class =>
        services.AddSingleton(static services =>
        {
            var registry = services.GetRequiredService<GatewayRegistry>();
            return ActivatorUtilities.CreateInstance<T>(services, () => registry.Routes);
        });

    private static IServiceCollection AddDispatcher<TStore>(this IServiceCollection services, DeliveryGuarantee guarantee)
        where TStore : IDeliveryStore =>
        services
            .AddKeyedSingleton(guarantee, static (services, _) => ActivatorUtilities.CreateInstance<DeliveryBacklog>(services, services.GetRequiredService<TStore>()))
            .AddKeyedSingleton(
                guarantee,
                static (services, key) => ActivatorUtilities.CreateInstance<Dispatcher>(services, services.GetRequiredKeyedService<DeliveryBacklog>(key)));
}
