using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Plugins;
using EventGateway.Engine.Plugins;
using EventGateway.Tests.Engine.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;

namespace EventGateway.Tests.Engine.Plugins;

/// <summary>A host with plug-ins that a test plays, on a clock that stands still.</summary>
internal sealed class PluginHostFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _outcomes = new(StringComparer.Ordinal);

    public PluginHostFixture(PluginLimits limits, params ReadOnlySpan<IPlugin> plugins)
    {
        var loaded = new List<LoadedPlugin>();
        foreach (var plugin in plugins)
        {
            LoadedPlugin.TryCreate($"p{loaded.Count}", () => plugin, out var ready, out var error).ShouldBeTrue(error);
            loaded.Add(ready!);
        }

        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => _outcomes.AddOrUpdate($"{tags[0].Value} {tags[2].Value}", count, (_, sum) => sum + count));
        _listener.Start();
        Host = new PluginHost(loaded, limits, meters, Clock, Logger);
    }

    public FakeTimeProvider Clock { get; } = new();

    public RecordingLogger<PluginHost> Logger { get; } = new();

    public PluginHost Host { get; }

    public Task<CallRefusal?> TellAsync(CancellationToken cancellationToken = default) => Host.TellAsync(PlayedPlugin.Event(), cancellationToken).AsTask();

    /// <summary>How many events had this outcome, by plug-in: <c>p0 stopped</c>.</summary>
    public long Count(string outcome) => _outcomes.GetValueOrDefault(outcome);

    /// <summary>Lets time pass, as often as it takes for something to end.</summary>
    public async Task PassUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(10, CancellationToken.None));
        }
    }

    /// <summary>Waits for what happens on other threads; fails after half a minute.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await PassUntilAsync(Host.DisposeAsync().AsTask());
        _listener.Dispose();
        await _services.DisposeAsync();
    }
}
