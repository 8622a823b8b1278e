using System.Diagnostics.Metrics;
using EventGateway.Abstractions;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Observability;

/// <summary>Metrics of the number of resources.</summary>
internal static class ResourceMetrics
{
    /// <summary>Creates the gauges. They read the registry when the metrics are collected.</summary>
    public static void Observe(IMeterFactory meters, GatewayRegistry registry)
    {
        var meter = meters.Create(GatewayMeter.Name);
        Add("eventgateway_eventtypes_total", "Event types", space => space.EventTypes);
        Add("eventgateway_functions_total", "Functions", space => space.Functions);
        Add("eventgateway_subscriptions_total", "Subscriptions", space => space.Subscriptions);
        Add("eventgateway_cors_total", "CORS configurations", space => space.Cors);

        void Add(string name, string what, Func<SpaceSummary, int> count) =>
            meter.CreateObservableGauge(
                name,
                () => registry.ListSpaces().Select(space => new Measurement<int>(count(space), new KeyValuePair<string, object?>("space", space.Name))),
                description: $"{what} that exist, by space.");
    }
}
