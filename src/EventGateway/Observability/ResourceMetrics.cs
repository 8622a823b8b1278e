using System.Diagnostics.Metrics;
using EventGateway.Abstractions;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Observability;

/// <summary>Metrics of the number of resources.</summary>
internal static class ResourceMetrics
{
    /// <summary>Creates the gauges. They read the registry when the metrics are collected.</summary>
    /// <param name="asIn09">
    /// Whether to create them under the names of 0.9 too. These end in <c>_total</c>, which Prometheus keeps for counters.
    /// </param>
    public static void Observe(IMeterFactory meters, GatewayRegistry registry, bool asIn09)
    {
        var meter = meters.Create(GatewayMeter.Name);
        Add("eventgateway_eventtypes", "Event types", space => space.EventTypes);
        Add("eventgateway_functions", "Functions", space => space.Functions);
        Add("eventgateway_subscriptions", "Subscriptions", space => space.Subscriptions);
        Add("eventgateway_cors", "CORS configurations", space => space.Cors);

        void Add(string name, string what, Func<SpaceSummary, int> count)
        {
            foreach (var each in asIn09 ? [name, name + "_total"] : (string[])[name])
            {
                meter.CreateObservableGauge(
                    each,
                    () => registry.ListSpaces().Select(space => new Measurement<int>(count(space), new KeyValuePair<string, object?>("space", space.Name))),
                    description: $"{what} that exist, by space.");
            }
        }
    }
}
