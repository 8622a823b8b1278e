using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace EventGateway.Observability;

/// <summary>Exports the remaining data when the program stops. The time is short, because a collector that hangs must not delay the stop.</summary>
internal sealed class OtlpShutdown(MeterProvider metrics, TracerProvider? traces = null) : IHostedLifecycleService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Both block. Disposal alone would take up to 5 s for each.
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => metrics.Shutdown((int)Timeout.TotalMilliseconds), CancellationToken.None),
        Task.Run(() => traces?.Shutdown((int)Timeout.TotalMilliseconds), CancellationToken.None));
}
