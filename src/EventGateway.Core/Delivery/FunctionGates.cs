using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventGateway.Core.Delivery;

/// <summary>The gates of all functions that deliveries were made to, whatever their guarantee.</summary>
public sealed partial class FunctionGates : IDisposable
{
    private readonly ConcurrentDictionary<FunctionKey, FunctionGate> _gates = new();
    private readonly GatewayDefaults _defaults;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<FunctionGates> _logger;

    /// <summary>Creates the table, empty.</summary>
    /// <param name="defaults">How many calls of a function may be under way at once.</param>
    /// <param name="metrics">Shows the functions that are left alone.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Is told when a function is left alone, and when it answers again.</param>
    public FunctionGates(GatewayDefaults defaults, DeliveryMetrics metrics, TimeProvider timeProvider, ILogger<FunctionGates> logger)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _defaults = defaults;
        _timeProvider = timeProvider;
        _logger = logger;
        metrics.ObserveCircuits(() => _gates.Select(static gate => (gate.Key, gate.Value.State)));
    }

    /// <summary>The gate of a function.</summary>
    internal FunctionGate Of(FunctionKey function) => _gates.GetOrAdd(
        function,
        static (function, gates) => new FunctionGate(function, gates._defaults.FunctionConcurrency, gates._timeProvider, gates.OnCircuitChanged),
        this);

    /// <summary>Stops the clocks of functions that are left alone.</summary>
    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }
    }

    private void OnCircuitChanged(FunctionKey function, CircuitState state)
    {
        if (state is CircuitState.Open)
        {
            LogCircuitOpened(function.Space, function.FunctionId);
        }
        else if (state is CircuitState.Closed)
        {
            LogCircuitClosed(function.Space, function.FunctionId);
        }
    }

    [LoggerMessage(2007, LogLevel.Warning, "Function {Space}/{FunctionId} failed too often in a row; its deliveries wait while it is probed now and then.")]
    private partial void LogCircuitOpened(string space, string functionId);

    [LoggerMessage(2008, LogLevel.Information, "Function {Space}/{FunctionId} answers again.")]
    private partial void LogCircuitClosed(string space, string functionId);
}
