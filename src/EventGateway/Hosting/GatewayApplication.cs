using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Delivery;
using EventGateway.Api;
using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery.Memory;
using EventGateway.Engine.Plugins;
using EventGateway.Engine.Registry;
using EventGateway.Events;
using EventGateway.Events.Access;
using EventGateway.Observability;
using EventGateway.Options;
using EventGateway.Serving;
using EventGateway.Serving.Refusals;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventGateway.Hosting;

/// <summary>Builds the program.</summary>
internal static class GatewayApplication
{
    /// <summary>Builds the server with both APIs, their listeners and the engine.</summary>
    public static WebApplication Build(
        GatewayOptions options, MachineLimits limits, IConfigStore store, IDeliveryStore deliveries, IReadOnlyList<LoadedPlugin> plugins, StopSignals signals)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "event-gateway" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listeners.Configure(kestrel, options));
        builder.Services
            .AddSingleton(options)
            .AddSingleton(store)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(limits)
            .AddSingleton<Overload>()
            .AddSingleton<HeapGuard>()
            .AddHostedService(services => services.GetRequiredService<HeapGuard>())
            .AddSingleton<ThreadGuard>()
            .AddHostedService(services => services.GetRequiredService<ThreadGuard>())
            .AddSingleton<Admission>()
            .AddSingleton<IOverloadObserver>(services => services.GetRequiredService<Overload>())
            .Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory, BoundedTransport>())
            .AddSingleton<RefusalLog>()
            .Replace(ServiceDescriptor.Singleton<DiagnosticSource, BadRequests>())
            .AddSingleton<IHostLifetime>(signals)
            .AddSingleton<Draining>()
            .AddSingleton<OpenConnections>()
            .AddSingleton<Health>()
            .AddRoutingCore()
            .AddLogging(logging => logging.AddGateway(options))
            .AddGatewayMetrics()
            .AddOtlp(builder.Configuration)
            .AddGatewayEngine(options, limits, deliveries, plugins)
            .AddConfigApi()
            .AddEventsApi()
            .AddHostedService<DrainService>()
            .Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);

        var app = builder.Build();
        ResourceMetrics.Observe(app.Services.GetRequiredService<IMeterFactory>(), app.Services.GetRequiredService<GatewayRegistry>(), options.MetricsAsIn09);
        BacklogMetrics.Observe(app.Services, deliveries, app.Services.GetRequiredService<MemoryDeliveryStore>());
        app.UseAccessLog();
        app.UseErrorBoundary();
        app.UseFramingCheck();
        app.UseTargetCheck();
        app.UseEventsApi();
        app.UseMetricsPort();
        app.UseConfigDraining();
        app.UseHeapGuard();
        app.UseCrossSiteGuard(context => (Listeners.IsMetrics(context) ? options.Metrics! : options.Config).IsLoopback);
        app.UseFunctionCallGuard();
        app.UseRouting();
        app.UseConfigMetrics();
        app.MapConfigApi();
        app.MapHealth();
        app.MapMetrics();
        return app;
    }
}
