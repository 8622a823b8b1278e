using System.Diagnostics.Metrics;
using System.Text.Json;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Delivery;

/// <summary>The instruments of async delivery, on the meter <see cref="MeterName"/>.</summary>
public sealed class DeliveryMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = GatewayMeter.Name;

    private static readonly string[] Outcomes = Array.ConvertAll(Enum.GetNames<FunctionOutcome>(), JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private static readonly double[] LatencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600, 86400];

    private readonly Meter _meter;
    private readonly Counter<long> _processed;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _wait;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _forgottenKeys;
    private readonly Histogram<double> _latency;
    private readonly Counter<long> _replies;
    private readonly List<Func<IEnumerable<(FunctionKey Function, CircuitState State)>>> _circuits = [];

    /// <summary>Creates the instruments.</summary>
    /// <param name="meterFactory">Makes the meter.</param>
    public DeliveryMetrics(IMeterFactory meterFactory)
    {
        ArgumentNullException.ThrowIfNull(meterFactory);
        _meter = meterFactory.Create(MeterName);
        _processed = _meter.CreateCounter<long>(
            "eventgateway_events_processed_total", description: "Calls of functions with an event, whatever they answered.");
        _dropped = _meter.CreateCounter<long>(
            "eventgateway_events_dropped_total", description: "Deliveries that were refused for lack of room, or dropped.");
        _wait = _meter.CreateHistogram(
            "eventgateway_events_custom_processing_seconds",
            "s",
            "Time from the acceptance of an event for async delivery to the call of a function.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = WaitBuckets() });
        _attempts = _meter.CreateCounter<long>("eventgateway_delivery_attempts_total", description: "Calls of functions for async deliveries, by outcome.");
        _deadLetters = _meter.CreateCounter<long>("eventgateway_dead_letters_total", description: "Deliveries that became dead letters.");
        _skipped = _meter.CreateCounter<long>(
            "eventgateway_skipped_deliveries_total", description: "Events that were kept in the event log for a disabled subscription, in place of a delivery.");
        _duplicates = _meter.CreateCounter<long>(
            "eventgateway_duplicate_events_total", description: "Events that were accepted before, within their window, and were not delivered again.");
        _forgottenKeys = _meter.CreateCounter<long>(
            "eventgateway_dedup_keys_forgotten_total", description: "Keys of events that were forgotten before their windows ended, because there were too many.");
        _latency = _meter.CreateHistogram(
            "eventgateway_delivery_latency_seconds",
            "s",
            "Time from the acceptance of an event to its successful delivery, retries included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyBuckets });
        _replies = _meter.CreateCounter<long>(
            "eventgateway_replies_total", description: "Events that functions replied to deliveries with, by outcome: published, invalid, or looped when the hop limit ended them.");
        _meter.CreateObservableGauge(
            "eventgateway_function_circuit",
            ReadCircuits,
            description: "Functions whose circuit breaker is not closed: 2 open, 1 half-open.");
    }

    /// <summary>Counts an attempt of a delivery.</summary>
    /// <param name="space">The subscription's space.</param>
    /// <param name="outcome">How it ended.</param>
    public void Attempted(string space, FunctionOutcome outcome) => _attempts.Add(1, new("space", space), new("outcome", Outcomes[(int)outcome]));

    /// <summary>Counts a delivery that became a dead letter.</summary>
    /// <param name="space">The subscription's space.</param>
    public void DeadLettered(string space) => _deadLetters.Add(1, new KeyValuePair<string, object?>("space", space));

    /// <summary>Counts an event that is kept for a disabled subscription.</summary>
    /// <param name="space">The subscription's space.</param>
    public void Skipped(string space) => _skipped.Add(1, new KeyValuePair<string, object?>("space", space));

    /// <summary>Counts an event that was accepted before.</summary>
    /// <param name="space">The space of its subscriptions.</param>
    public void Duplicate(string space) => _duplicates.Add(1, new KeyValuePair<string, object?>("space", space));

    /// <summary>Counts keys of events that were forgotten before their windows ended.</summary>
    /// <param name="count">How many.</param>
    public void ForgotKeys(int count) => _forgottenKeys.Add(count);

    /// <summary>Records the time from the acceptance of an event to its successful delivery.</summary>
    /// <param name="latency">The time.</param>
    public void Delivered(TimeSpan latency) => _latency.Record(latency.TotalSeconds);

    /// <summary>Counts an event that a function replied to a delivery with.</summary>
    /// <param name="space">The subscription's space.</param>
    /// <param name="outcome">The outcome: <c>published</c>, <c>invalid</c> or <c>looped</c>.</param>
    public void Replied(string space, string outcome) => _replies.Add(1, new("space", space), new("outcome", outcome));

    /// <summary>Shows the circuit breakers of functions.</summary>
    /// <param name="circuits">Reads the functions with their states. Closed ones are left out.</param>
    public void ObserveCircuits(Func<IEnumerable<(FunctionKey Function, CircuitState State)>> circuits)
    {
        lock (_circuits)
        {
            _circuits.Add(circuits);
        }
    }

    /// <summary>Counts a call of a function with an event.</summary>
    public void Processed(Subscription subscription, string eventType)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        _processed.Add(1, new("space", subscription.Space), new("type", TypeOf(subscription.EventType, eventType)));
    }

    /// <summary>Counts a delivery that was refused for lack of room.</summary>
    /// <param name="eventType">The type of the event.</param>
    public void Refused(Subscription subscription, string eventType)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        Dropped(subscription.Space, TypeOf(subscription.EventType, eventType));
    }

    /// <summary>Counts a delivery that was dropped.</summary>
    /// <param name="eventType">The type of the event.</param>
    public void Dropped(SubscriptionKey subscription, string eventType) =>
        Dropped(subscription.Space, TypeOf(SubscriptionId.FindEventType(subscription.SubscriptionId), eventType));

    /// <summary>Counts deliveries that were refused for lack of room, or dropped.</summary>
    /// <param name="space">The subscription's space.</param>
    /// <param name="eventType">The event type of the subscription.</param>
    /// <param name="count">How many.</param>
    public void Dropped(string space, string eventType, long count = 1) => _dropped.Add(count, new("space", space), new("type", eventType));

    /// <summary>Records how long a delivery waited before its function was called.</summary>
    /// <param name="wait">The time.</param>
    public void Waited(TimeSpan wait) => _wait.Record(wait.TotalSeconds);

    /// <summary>Shows how many deliveries are in a store.</summary>
    /// <param name="count">Reads the number.</param>
    public void ObserveBacklog(Func<long> count) =>
        _meter.CreateObservableGauge("eventgateway_events_backlog", count, description: "Deliveries that wait or are being made.");

    // Senders choose the types that a family takes, and could create any number of series with them.
    private static string TypeOf(string? selected, string eventType) => selected is not null && EventTypeFamily.Is(selected) ? selected : eventType;

    private IEnumerable<Measurement<int>> ReadCircuits()
    {
        lock (_circuits)
        {
            return
            [
                .. from read in _circuits
                   from circuit in read()
                   where circuit.State is not CircuitState.Closed
                   select new Measurement<int>(
                       circuit.State is CircuitState.Open ? 2 : 1, new("space", circuit.Function.Space), new("function", circuit.Function.FunctionId)),
            ];
        }
    }

    // Version 0.9 has the same buckets: from 10 µs, each twice the one before.
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
