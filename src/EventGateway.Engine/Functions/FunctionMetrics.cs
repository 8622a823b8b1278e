using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Functions;

/// <summary>Measures the calls of functions: a histogram per type and outcome, and a span per call when calls are traced.</summary>
public sealed class FunctionMetrics
{
    /// <summary>The name of the source of spans.</summary>
    public const string SourceName = GatewayMeter.Name;

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly string[] Outcomes = Array.ConvertAll(Enum.GetNames<FunctionOutcome>(), JsonNamingPolicy.SnakeCaseLower.ConvertName);
    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Histogram<double> _calls;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meterFactory">Makes the meter.</param>
    public FunctionMetrics(IMeterFactory meterFactory, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(meterFactory);
        _timeProvider = timeProvider;
        _calls = meterFactory.Create(GatewayMeter.Name).CreateHistogram(
            "eventgateway_function_call_seconds",
            "s",
            "How long calls of functions took, by the function's type and the outcome.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
    }

    /// <summary>Whether calls are traced.</summary>
    public static bool IsTraced => Source.HasListeners();

    /// <summary>Begins to measure a call.</summary>
    /// <param name="invocation">The event; the headers of its payload name the trace that the call's span belongs to.</param>
    /// <returns>The call. Its end must be reported.</returns>
    public MeasuredCall Begin(Function function, Invocation invocation)
    {
        ArgumentNullException.ThrowIfNull(function);
        var span = IsTraced ? Start(invocation.Payload.Headers) : null;
        if (span is { IsAllDataRequested: true })
        {
            span.DisplayName = $"invoke {function.Type}";
            span.SetTag("eventgateway.space", function.Space);
            span.SetTag("eventgateway.function", function.FunctionId);
            span.SetTag("eventgateway.provider", function.Type);
            span.SetTag("cloudevents.event_id", invocation.EventId);
            span.SetTag("cloudevents.event_type", invocation.EventType);
        }

        return new MeasuredCall(this, function.Type, _timeProvider.GetTimestamp(), span);
    }

    /// <summary>Ends the measurement of a call.</summary>
    /// <param name="type">The function's type.</param>
    /// <param name="start">When the call began.</param>
    /// <param name="span">The call's span. Null when calls are not traced.</param>
    /// <param name="result">The result. Null when the caller has gone.</param>
    internal void End(string type, long start, Activity? span, FunctionResult? result)
    {
        var outcome = result is null ? "cancelled" : Outcomes[(int)result.Outcome];
        _calls.Record(_timeProvider.GetElapsedTime(start).TotalSeconds, new("type", type), new("outcome", outcome));
        if (span is null)
        {
            return;
        }

        span.SetTag("eventgateway.outcome", outcome);
        if (result?.Outcome is not FunctionOutcome.Success)
        {
            span.SetStatus(ActivityStatusCode.Error, result?.Error);
        }

        span.Dispose();
    }

    private static Activity? Start(IReadOnlyList<KeyValuePair<string, string>>? headers)
    {
        if (TraceContext.Parse(headers) is var parent && parent != default)
        {
            return Mark(Source.StartActivity("invoke", ActivityKind.Client, parent), parent);
        }

        // The server's own activity must not be the parent, because it is not exported: the span would not be sampled.
        var current = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity("invoke", ActivityKind.Client);
        if (span is null)
        {
            Activity.Current = current;
        }

        return Mark(span, default);
    }

    private static Activity? Mark(Activity? span, ActivityContext parent)
    {
        if (span is not null)
        {
            TraceContext.MarkRandom(span, parent);
        }

        return span;
    }
}
