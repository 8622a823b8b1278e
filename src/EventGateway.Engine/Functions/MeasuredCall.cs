using System.Diagnostics;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Functions;

/// <summary>A call of a function that is being measured.</summary>
public readonly record struct MeasuredCall
{
    private readonly FunctionMetrics _metrics;
    private readonly string _type;
    private readonly long _start;
    private readonly Activity? _span;

    internal MeasuredCall(FunctionMetrics metrics, string type, long start, Activity? span) =>
        (_metrics, _type, _start, _span) = (metrics, type, start, span);

    /// <summary>Lets a function that is called over HTTP go on with the trace from the call's own span.</summary>
    /// <param name="invocation">The event.</param>
    /// <returns>The event with the span's <c>traceparent</c> among its headers, or the same event when calls are not traced.</returns>
    public Invocation Traced(Invocation invocation) => _span is null
        ? invocation
        : invocation with { Payload = invocation.Payload with { Headers = TraceContext.Replace(invocation.Payload.Headers, _span) } };

    /// <summary>Ends the measurement.</summary>
    /// <param name="result">The result. Null when the caller has gone.</param>
    public void End(FunctionResult? result) => _metrics.End(_type, _start, _span, result);
}
