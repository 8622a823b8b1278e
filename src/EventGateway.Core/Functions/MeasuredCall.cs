using System.Diagnostics;

namespace EventGateway.Core.Functions;

/// <summary>A call of a function that is being measured.</summary>
public readonly record struct MeasuredCall
{
    private readonly FunctionMetrics _metrics;
    private readonly string _type;
    private readonly long _start;
    private readonly Activity? _span;

    internal MeasuredCall(FunctionMetrics metrics, string type, long start, Activity? span) =>
        (_metrics, _type, _start, _span) = (metrics, type, start, span);

    /// <summary>Ends the measurement.</summary>
    /// <param name="result">The result. Not set: the caller has gone.</param>
    public void End(FunctionResult? result) => _metrics.End(_type, _start, _span, result);
}
