using EventGateway.Abstractions;
using OpenTelemetry.Metrics;

namespace EventGateway.Observability;

/// <summary>Exports the gateway's instruments.</summary>
internal static class Metrics
{
    /// <summary>
    /// Maximum number of series of an instrument. Further ones are counted together under <c>otel_metric_overflow="true"</c>. The
    /// limit is enough for 1,000 spaces with every resource and operation (20 series each), and keeps the memory for labels at a
    /// few MiB for each instrument.
    /// </summary>
    public const int MaxSeries = 20_000;

    /// <summary>Adds the Prometheus exporter for the gateway's meter.</summary>
    public static IServiceCollection AddGatewayMetrics(this IServiceCollection services)
    {
        services.AddMetrics().AddSingleton<ConfigMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(GatewayMeter.Name)
            .AddView(static _ => new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
            .AddPrometheusExporter(prometheus =>
            {
                // Only names and labels that 0.9 has.
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
            }));
        return services;
    }
}
