using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Plugins;

/// <summary>
/// Code that runs inside the gateway and reacts to its system events. A plug-in is a public class with a public constructor
/// without parameters, in an assembly that <c>--plugin</c> names; one instance lives as long as the gateway. One that is
/// <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/> is disposed when the gateway stops.
/// </summary>
public interface IPlugin
{
    /// <summary>Which system events it gets, each type at most once; read once, when the gateway starts.</summary>
    IReadOnlyList<PluginSubscription> Subscriptions { get; }

    /// <summary>
    /// Reacts to an event. Sync events come as they happen, several at once; async ones one after the other. An exception is
    /// logged; thrown for a sync event it stops that event, and so does no answer within <see cref="PluginLimits.Timeout"/>.
    /// </summary>
    /// <param name="systemEvent">The event. It has memory of its own, which stays valid after the call.</param>
    /// <param name="cancellationToken">
    /// Cancelled at the deadline, and when the sender of a sync event has gone. A call that goes on counts towards
    /// <see cref="PluginLimits.MaxCalls"/> until it ends.
    /// </param>
    /// <returns>Whether the event or call goes on. Ignored for an async subscription.</returns>
    ValueTask<PluginAnswer> ReactAsync(CloudEvent systemEvent, CancellationToken cancellationToken);
}
