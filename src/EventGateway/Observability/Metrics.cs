using OpenTelemetry.Metrics;

namespace EventGateway.Observability;

/// <summary>Exports the gateway's instruments.</summary>
internal static class Metrics
{
    /// <summary>The name of every meter of the gateway.</summary>
    public const string MeterName = "EventGateway";

    /// <summary>Adds the Prometheus exporter over the gateway's meter.</summary>
    public static IServiceCollection AddGatewayMetrics(this IServiceCollection services)
    {
        services.AddMetrics().AddSingleton<ConfigMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(MeterName).AddPrometheusExporter(prometheus =>
        {
            // Names and labels are those of 0.9, and nothing beside them.
            prometheus.ScopeInfoEnabled = false;
            prometheus.TargetInfoEnabled = false;
        }));
        return services;
    }
}
