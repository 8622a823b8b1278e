using System.Diagnostics.Metrics;
using EventGateway.Abstractions;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The instruments of the store of deliveries.</summary>
internal sealed class StoreMetrics
{
    private static readonly double[] CommitBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly int[] BatchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private readonly Histogram<double> _commit;
    private readonly Histogram<int> _batch;
    private readonly Counter<long> _commitFailures;
    private readonly Counter<long> _damaged;

    /// <summary>Creates the instruments.</summary>
    public StoreMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(GatewayMeter.Name);
        _commit = meter.CreateHistogram(
            "eventgateway_commit_duration_seconds",
            "s",
            "How long the transactions took that stored events and ends of deliveries, the disk included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = CommitBuckets });
        _batch = meter.CreateHistogram(
            "eventgateway_commit_batch_size",
            description: "How many appends of events and ends of deliveries shared a transaction.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = BatchBuckets });
        _commitFailures = meter.CreateCounter<long>(
            "eventgateway_commit_failures_total", description: "Transactions that failed: their appends were refused, the rest is stored later.");
        _damaged = meter.CreateCounter<long>(
            "eventgateway_damaged_events_total", description: "Stored events that were not delivered because their checksum was wrong.");
    }

    /// <summary>Records a transaction that is on disk.</summary>
    /// <param name="operations">How many appends and ends of deliveries were in it.</param>
    /// <param name="time">How long it took.</param>
    public void Committed(int operations, TimeSpan time)
    {
        _batch.Record(operations);
        _commit.Record(time.TotalSeconds);
    }

    /// <summary>Counts a transaction that failed.</summary>
    public void CommitFailed() => _commitFailures.Add(1);

    /// <summary>Counts a stored event that is not delivered because its checksum is wrong.</summary>
    public void FoundDamaged() => _damaged.Add(1);
}
