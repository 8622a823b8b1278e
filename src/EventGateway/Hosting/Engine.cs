using EventGateway.ConfigApi;
using EventGateway.Core;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Delivery;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;
using EventGateway.Core.Routing;
using EventGateway.Options;

namespace EventGateway.Hosting;

/// <summary>The engine behind both APIs: store, registry, functions, delivery.</summary>
internal static class Engine
{
    /// <summary>Adds the engine, with the operator's options as its defaults.</summary>
    public static IServiceCollection AddGatewayEngine(this IServiceCollection services, GatewayOptions options) =>
        services
            .AddSingleton(new GatewayDefaults
            {
                FunctionTimeout = options.FunctionTimeout,
                CloudEventFormat = options.CloudEventsVersion is "0.1" ? CloudEventFormat.V01Structured : CloudEventFormat.V1Structured,
                TextAsBase64 = options.TextAsBase64,
                Guarantee = options.Durability,
                FunctionConcurrency = options.Workers,
                BacklogDeliveries = options.WorkersBacklog,
                BacklogBytes = options.WorkersBacklogSize,
            })
            .AddSingleton<IFunctionProvider, HttpFunctionProvider>()
            .AddSingleton<IFunctionProvider, BuiltinFunctionProvider>()
            .AddSingleton<FunctionProviders>()
            .AddSingleton<FunctionInvoker>()
            .AddSingleton<IDeliveryStore, MemoryDeliveryStore>()
            .AddSingleton<Dispatcher>()
            .AddGatewayRegistry()
            .AddSingleton<IRouteDirectory>(services => services.GetRequiredService<GatewayRegistry>())
            .AddSingleton<DeliveryMetrics>()
            .AddSingleton<HttpFunctionOptions>();
}
