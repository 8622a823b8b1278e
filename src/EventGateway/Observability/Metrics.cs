using EventGateway.Abstractions;
using OpenTelemetry.Metrics;

namespace EventGateway.Observability;

/// <summary>Exports the gateway's instruments.</summary>
internal static class Metrics
{
    /// <summary>
    /// How many series one instrument can have; further ones are counted together under <c>otel_metric_overflow="true"</c>.
    /// Enough for a thousand spaces with every resource and operation (20 series each), while the memory that labels can take
    /// stays at a few MiB per instrument.
    /// </summary>
    public const int MaxSeries = 20_000;

    /// <summary>Adds the Prometheus exporter over the gateway's meter.</summary>
    public static IServiceCollection AddGatewayMetrics(this IServiceCollection services)
    {
        services.AddMetrics().AddSingleton<ConfigMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(GatewayMeter.Name)
            .AddView(static _ => new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
            .AddPrometheusExporter(prometheus =>
            {
                // Names and labels are those of 0.9, and nothing beside them.
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
            }));
        return services;
    }
}
