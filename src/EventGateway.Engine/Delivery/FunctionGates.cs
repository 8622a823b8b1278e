using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>The gates of the functions that deliveries are made to, for both guarantees. A deleted function has none.</summary>
public sealed partial class FunctionGates : IDisposable
{
    private readonly ConcurrentDictionary<FunctionKey, FunctionGate> _gates = new();
    private readonly IRouteDirectory _routes;
    private readonly GatewayDefaults _defaults;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>Creates the gates, none at first.</summary>
    /// <param name="routes">Finds the functions in the configuration.</param>
    /// <param name="defaults">How many calls of a function may be under way at once.</param>
    /// <param name="metrics">Shows the circuit breakers.</param>
    /// <param name="logger">Logs when a circuit breaker opens or closes.</param>
    public FunctionGates(
        IRouteDirectory routes, GatewayDefaults defaults, DeliveryMetrics metrics, TimeProvider timeProvider, ILogger<FunctionGates> logger)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _routes = routes;
        _defaults = defaults;
        _timeProvider = timeProvider;
        _logger = new SafeLogger(logger);
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
        // Must run after the gate is added, because the function may be deleted at the same time.
        RemoveIfDeleted(function);
        return gate;
    }

    /// <summary>Returns the gate of a function. Null when none is kept: no call was asked for.</summary>
    internal FunctionGate? Find(FunctionKey function) => _gates.GetValueOrDefault(function);

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

    /// <summary>Closes the circuit breaker of a function that was changed.</summary>
    internal void Reset(FunctionKey function)
    {
        if (Find(function)?.Reset() is true)
        {
            LogCircuitReset(function.Space, function.FunctionId);
        }
    }

    /// <summary>Stops the timers of open circuit breakers.</summary>
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

    [LoggerMessage(LogEvents.CircuitOpened, LogLevel.Warning,
        "The circuit breaker of function {Space}/{FunctionId} is open: it failed too often in a row. Its deliveries wait until a probe succeeds.")]
    private partial void LogCircuitOpened(string space, string functionId);

    [LoggerMessage(LogEvents.CircuitReset, LogLevel.Information,
        "The circuit breaker of function {Space}/{FunctionId} is closed: the function was changed.")]
    private partial void LogCircuitReset(string space, string functionId);

    [LoggerMessage(LogEvents.CircuitClosed, LogLevel.Information,
        "The circuit breaker of function {Space}/{FunctionId} is closed: it answers again.")]
    private partial void LogCircuitClosed(string space, string functionId);
}
