using System.Diagnostics.Metrics;
using EventGateway.Abstractions;

namespace EventGateway.Observability;

/// <summary>Metrics of requests to the Configuration API.</summary>
internal sealed class ConfigMetrics
{
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    public ConfigMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayMeter.Name);
        _requests = meter.CreateCounter<long>("eventgateway_config_requests", description: "Requests to the Configuration API.");
        _duration = meter.CreateHistogram(
            "eventgateway_config_request_duration_seconds",
            description: "Duration of requests to the Configuration API, in seconds.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384],
            });
    }

    /// <summary>Records one request for a resource.</summary>
    /// <param name="space">The space. Empty when the space does not exist.</param>
    /// <param name="resource">The name of the collection.</param>
    /// <param name="duration">The duration of the request.</param>
    public void Record(string space, string resource, string operation, TimeSpan duration)
    {
        _requests.Add(1, new("space", space), new("resource", resource), new KeyValuePair<string, object?>("operation", operation));
        _duration.Record(duration.TotalSeconds);
    }
}
