using System.Diagnostics.Metrics;

namespace EventGateway.Core.Delivery;

/// <summary>The instruments of async delivery, on the meter <see cref="MeterName"/>.</summary>
public sealed class DeliveryMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = GatewayMeter.Name;

    private readonly Meter _meter;
    private readonly Counter<long> _processed;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _wait;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meterFactory">Makes the meter.</param>
    public DeliveryMetrics(IMeterFactory meterFactory)
    {
        ArgumentNullException.ThrowIfNull(meterFactory);
        _meter = meterFactory.Create(MeterName);
        _processed = _meter.CreateCounter<long>(
            "eventgateway_events_processed_total", description: "Events that a function was called with, whatever it answered.");
        _dropped = _meter.CreateCounter<long>(
            "eventgateway_events_dropped_total", description: "Deliveries that were refused for want of room or given up.");
        _wait = _meter.CreateHistogram(
            "eventgateway_events_custom_processing_seconds",
            "s",
            "From accepting an event for async delivery to calling a function with it.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = WaitBuckets() });
    }

    /// <summary>Counts an event that a function was called with.</summary>
    /// <param name="space">The subscription's space.</param>
    /// <param name="eventType">The event's type.</param>
    public void Processed(string space, string eventType) => _processed.Add(1, new("space", space), new("type", eventType));

    /// <summary>Counts a delivery that was refused for want of room or given up.</summary>
    /// <param name="space">The subscription's space.</param>
    /// <param name="eventType">The event's type.</param>
    public void Dropped(string space, string eventType) => _dropped.Add(1, new("space", space), new("type", eventType));

    /// <summary>Records how long a delivery waited before its function was called.</summary>
    /// <param name="wait">The time.</param>
    public void Waited(TimeSpan wait) => _wait.Record(wait.TotalSeconds);

    /// <summary>Shows how many deliveries are in a store.</summary>
    /// <param name="count">Reads the number.</param>
    public void ObserveBacklog(Func<long> count) =>
        _meter.CreateObservableGauge("eventgateway_events_backlog", count, description: "Deliveries that are not made yet.");

    // From 10 µs, each twice the one before, as in 0.9.
    private static double[] WaitBuckets()
    {
        var buckets = new double[20];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = 1e-5 * (1 << i);
        }

        return buckets;
    }
}
