using System.Diagnostics.Metrics;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Plugins;
using EventGateway.CloudEvents;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Plugins;

/// <summary>
/// Sends system events to plug-ins. A plug-in that throws or hangs affects only its own events, because it has its own
/// threads, queue and limit of calls.
/// </summary>
public sealed class PluginHost : IAsyncDisposable
{
    /// <summary>The error for the sender when a plug-in failed or gave no answer in time.</summary>
    public const string Undecided = "The event was stopped: a plug-in failed.";

    private readonly PluginRunner[] _runners;
    private readonly Dictionary<string, Listeners> _listeners = new(StringComparer.Ordinal);

    /// <summary>Creates the host.</summary>
    /// <param name="plugins">The plug-ins, in the order in which they are called.</param>
    /// <param name="limits">The limits of each plug-in.</param>
    /// <param name="meterFactory">Makes the meter that their calls are counted on.</param>
    /// <param name="timeProvider">The clock that deadlines run by.</param>
    /// <param name="logger">Gets failures.</param>
    public PluginHost(
        IReadOnlyList<LoadedPlugin> plugins, PluginLimits limits, IMeterFactory meterFactory, TimeProvider timeProvider, ILogger<PluginHost> logger)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(meterFactory);
        var metrics = new PluginMetrics(meterFactory);
        _runners = [.. plugins.Select(plugin => new PluginRunner(plugin, limits, metrics, timeProvider, logger))];
        foreach (var (plugin, runner) in plugins.Zip(_runners))
        {
            foreach (var (type, mode) in plugin.Subscriptions)
            {
                var listeners = _listeners.GetValueOrDefault(type, new Listeners([], []));
                _listeners[type] = mode is PluginMode.Sync
                    ? listeners with { Sync = [.. listeners.Sync, runner] }
                    : listeners with { Async = [.. listeners.Async, runner] };
            }
        }

        HasPlugins = _runners.Length > 0;
    }

    /// <summary>Whether there is any plug-in.</summary>
    public bool HasPlugins { get; }

    /// <summary>Whether a plug-in gets the events of a type.</summary>
    /// <param name="type">The event type.</param>
    public bool Wants(string type) => HasPlugins && _listeners.ContainsKey(type);

    /// <summary>Sends an event to plug-ins: to async ones later, to sync ones one after the other until one stops it.</summary>
    /// <param name="systemEvent">The event, with memory of its own.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    /// <returns>The refusal of the plug-in that stopped the event. Null when no plug-in did.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ValueTask<CallRefusal?> TellAsync(CloudEvent systemEvent, CancellationToken cancellationToken)
    {
        Tell(systemEvent);
        return _listeners.TryGetValue(systemEvent.Type, out var listeners) && listeners.Sync.Length > 0
            ? AskAsync(listeners.Sync, systemEvent, cancellationToken)
            : ValueTask.FromResult<CallRefusal?>(null);
    }

    /// <summary>Sends an event to async plug-ins, later.</summary>
    /// <param name="systemEvent">The event, with memory of its own.</param>
    public void Tell(CloudEvent systemEvent)
    {
        ArgumentNullException.ThrowIfNull(systemEvent);
        if (_listeners.TryGetValue(systemEvent.Type, out var listeners))
        {
            foreach (var runner in listeners.Async)
            {
                runner.Enqueue(systemEvent);
            }
        }
    }

    /// <summary>Waits for the plug-ins to take the queued events and disposes them, each for at most <see cref="PluginLimits.StopTimeout"/>.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_runners.Select(runner => runner.DisposeAsync().AsTask()));

    private static async ValueTask<CallRefusal?> AskAsync(PluginRunner[] runners, CloudEvent systemEvent, CancellationToken cancellationToken)
    {
        foreach (var runner in runners)
        {
            var (outcome, error) = await runner.CallAsync(systemEvent, cancellationToken);
            if (outcome is not PluginOutcome.Continued)
            {
                // The event is stopped, because the plug-in might have stopped it.
                return new CallRefusal(error ?? Undecided, MayPass: outcome is not PluginOutcome.Stopped);
            }
        }

        return null;
    }

    private sealed record Listeners(PluginRunner[] Sync, PluginRunner[] Async);
}
