using System.Text.Json;
using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace MisbehavingPlugin;

/// <summary>Does, for an event of a type that ends in one of these words, what no plug-in should.</summary>
public sealed class Misbehaving : IPlugin, IAsyncDisposable
{
    /// <summary>Starts a thread that never ends and that the process would wait for, and hangs where the environment says so.</summary>
    public Misbehaving()
    {
        new Thread(static () => Thread.Sleep(Timeout.Infinite)) { Name = "Left running" }.Start();
        if (Environment.GetEnvironmentVariable("MISBEHAVING_PLUGIN") is "hang")
        {
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<PluginSubscription> Subscriptions { get; } =
    [
        new(SystemEventTypes.EventReceived, PluginMode.Sync),
        new(SystemEventTypes.FunctionInvoked, PluginMode.Async),
    ];

    /// <inheritdoc/>
    public async ValueTask<PluginAnswer> ReactAsync(CloudEvent systemEvent, CancellationToken cancellationToken)
    {
        using var data = JsonDocument.Parse(systemEvent.Data.Bytes);
        var type = data.RootElement.GetProperty("event").GetProperty("type").GetString()!;
        var sync = systemEvent.Type == SystemEventTypes.EventReceived;
        switch (type.Split('.')[^1])
        {
            case "throw" when sync:
            case "throwLater" when !sync:
                throw new InvalidDataException("A secret of the plug-in.");
            case "hang" when sync:
                await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
                break;
            case "block" when sync:
                Thread.Sleep(Timeout.Infinite);
                break;
            case "callback" when sync:
                await using (cancellationToken.Register(static () => throw new InvalidDataException("Thrown by a callback.")))
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
                }

                break;
            case "leak" when sync:
                _ = Task.Run(static () => throw new InvalidDataException("Unobserved."), CancellationToken.None);
                break;
            case "occupy" when sync:
                Occupy();
                break;
        }

        return PluginAnswer.Continue;
    }

    // Takes the threads of the pool, one second each in turn with other work, until a file says that it is enough.
    private static void Occupy()
    {
        for (var i = 0; i < 32; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Block(), null);
        }

        static void Block()
        {
            Thread.Sleep(1000);
            if (!File.Exists("release"))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static _ => Block(), null);
            }
        }
    }

    /// <summary>Never ends.</summary>
    public async ValueTask DisposeAsync() => await Task.Delay(Timeout.InfiniteTimeSpan);
}
