using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>The gates of the functions that deliveries were made to, whatever their guarantee. A deleted function has none.</summary>
public sealed partial class FunctionGates : IDisposable
{
    private readonly ConcurrentDictionary<FunctionKey, FunctionGate> _gates = new();
    private readonly IRouteDirectory _routes;
    private readonly GatewayDefaults _defaults;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<FunctionGates> _logger;

    /// <summary>Creates the table, empty.</summary>
    /// <param name="routes">Knows which functions there are.</param>
    /// <param name="defaults">How many calls of a function may be under way at once.</param>
    /// <param name="metrics">Shows the functions that are left alone.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Is told when a function is left alone, and when it answers again.</param>
    public FunctionGates(
        IRouteDirectory routes, GatewayDefaults defaults, DeliveryMetrics metrics, TimeProvider timeProvider, ILogger<FunctionGates> logger)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _routes = routes;
        _defaults = defaults;
        _timeProvider = timeProvider;
        _logger = logger;
        metrics.ObserveCircuits(() => _gates.Select(static gate => (gate.Key, gate.Value.State)));
    }

    /// <summary>How many functions have a gate.</summary>
    internal int Count => _gates.Count;

    /// <summary>Returns the gate of a function. The gate of a function that is not configured is not kept.</summary>
    internal FunctionGate Of(FunctionKey function)
    {
        if (_gates.TryGetValue(function, out var gate))
        {
            return gate;
        }

        gate = _gates.GetOrAdd(
            function,
            static (function, gates) => new FunctionGate(function, gates._defaults.FunctionConcurrency, gates._timeProvider, gates.OnCircuitChanged),
            this);
        // Must come after the gate was added: the function may be deleted at the same time.
        RemoveIfDeleted(function);
        return gate;
    }

    /// <summary>Forgets functions that were deleted. A new function of the same id begins with a closed circuit.</summary>
    /// <param name="changed">What changed.</param>
    public void Forget(ChangedRoutes changed)
    {
        if (changed is { Space: { } space, FunctionId: { } functionId })
        {
            RemoveIfDeleted(new FunctionKey(space, functionId));
        }
        else if (changed == default)
        {
            foreach (var (function, _) in _gates)
            {
                RemoveIfDeleted(function);
            }
        }
    }

    /// <summary>Stops the clocks of functions that are left alone.</summary>
    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }
    }

    // Does not dispose of the gate, because lanes that drop deliveries may still wait in its line.
    private void RemoveIfDeleted(FunctionKey function)
    {
        if (!_routes.HasFunction(function.Space, function.FunctionId))
        {
            _gates.TryRemove(function, out _);
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
