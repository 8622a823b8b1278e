using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Tests.Engine.Plugins;

/// <summary>A plug-in that does what a test says.</summary>
internal sealed class PlayedPlugin(PluginMode mode, Func<CloudEvent, CancellationToken, ValueTask<PluginAnswer>> react) : IPlugin, IAsyncDisposable
{
    public IReadOnlyList<PluginSubscription> Subscriptions { get; init; } = [new(SystemEventTypes.EventReceived, mode)];

    public Func<ValueTask> Dispose { get; init; } = () => ValueTask.CompletedTask;

    public ValueTask<PluginAnswer> ReactAsync(CloudEvent systemEvent, CancellationToken cancellationToken) => react(systemEvent, cancellationToken);

    public ValueTask DisposeAsync() => Dispose();

    public static CloudEvent Event(int bytes = 2) => new()
    {
        Id = "1",
        Type = SystemEventTypes.EventReceived,
        Source = "/test",
        Data = CloudEventData.Json(new byte[bytes]),
    };
}
