using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Plugins;

/// <summary>A plug-in that is ready to get events.</summary>
public sealed class LoadedPlugin
{
    private LoadedPlugin(string name, IPlugin plugin, IReadOnlyList<PluginSubscription> subscriptions)
    {
        Name = name;
        Plugin = plugin;
        Subscriptions = subscriptions;
    }

    /// <summary>The name in logs and metrics.</summary>
    public string Name { get; }

    /// <summary>The plug-in.</summary>
    public IPlugin Plugin { get; }

    /// <summary>Which system events it gets.</summary>
    public IReadOnlyList<PluginSubscription> Subscriptions { get; }

    /// <summary>Creates a plug-in and reads its subscriptions, on a thread of its own.</summary>
    /// <param name="name">The name in logs and metrics.</param>
    /// <param name="create">Creates it.</param>
    /// <param name="limits">How long that may take. A creation that takes longer is abandoned.</param>
    /// <returns>The plug-in, or the error: it throws, takes too long, or its subscriptions are not valid.</returns>
    public static async Task<(LoadedPlugin? Plugin, string? Error)> CreateAsync(
        string name, Func<IPlugin> create, PluginLimits limits, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var creation = Task.Factory.StartNew(
            () => TryCreate(name, create, out var plugin, out var error) ? (plugin, null) : ((LoadedPlugin?)null, error),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
        try
        {
            return await creation.WaitAsync(limits.StartTimeout, timeProvider);
        }
        catch (TimeoutException)
        {
            return (null, $"{name} could not be created within {limits.StartTimeout.TotalSeconds} s.");
        }
    }

    /// <summary>Creates a plug-in and reads its subscriptions.</summary>
    /// <param name="name">The name in logs and metrics.</param>
    /// <param name="create">Creates it.</param>
    /// <param name="loaded">The plug-in, unless there is an error.</param>
    /// <param name="error">The error: it throws, or its subscriptions are not valid.</param>
    internal static bool TryCreate(
        string name, Func<IPlugin> create, [NotNullWhen(true)] out LoadedPlugin? loaded, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(create);
        loaded = null;
        try
        {
            var plugin = create();
            // A copy, because the plug-in may change its list later.
            IReadOnlyList<PluginSubscription> subscriptions = [.. plugin.Subscriptions ?? []];
            error = Problem(name, subscriptions);
            loaded = error is null ? new LoadedPlugin(name, plugin, subscriptions) : null;
        }
        catch (Exception exception)
        {
            var cause = exception is System.Reflection.TargetInvocationException { InnerException: { } inner } ? inner : exception;
            error = $"{name} could not be created: {cause.GetType().Name}: {cause.Message}";
        }

        return error is null;
    }

    private static string? Problem(string name, IReadOnlyList<PluginSubscription> subscriptions)
    {
        if (subscriptions.Count == 0)
        {
            return $"{name} subscribes to nothing.";
        }

        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var subscription in subscriptions)
        {
            var type = subscription?.EventType;
            if (type is null || !GatewayEvents.IsSystemType(type) || !SystemEventTypes.Contains(type))
            {
                return $"{name} subscribes to \"{type}\"; accepted: {string.Join(", ", SystemEventTypes.Sent)}.";
            }

            if (subscription!.Mode is PluginMode.Sync && type is not (SystemEventTypes.EventReceived or SystemEventTypes.FunctionInvoking))
            {
                return $"{name} subscribes to {type} synchronously, but this event reports something that has already happened; accepted: an async subscription.";
            }

            if (!types.Add(type))
            {
                return $"{name} subscribes to {type} more than once.";
            }
        }

        return null;
    }
}
