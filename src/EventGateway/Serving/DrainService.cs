using EventGateway.Engine.Delivery;

namespace EventGateway.Serving;

/// <summary>
/// Drains the gateway before the listeners close: accepted requests and deliveries finish, and new requests get an answer instead of
/// a refused connection.
/// </summary>
internal sealed partial class DrainService(
    Draining draining, OpenConnections connections, Dispatchers dispatchers, ILogger<DrainService> logger) : IHostedLifecycleService
{
    // Time to answer the requests whose calls are cut off.
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(2);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var drained = draining.DrainAsync(cancellationToken);
        connections.CloseAfterRequests();
        try
        {
            await drained;
        }
        catch (OperationCanceledException)
        {
            LogRequestsAbandoned();
            await CutOffAsync();
        }

        await dispatchers.DrainAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CutOffAsync()
    {
        using var deadline = new CancellationTokenSource(LastAnswers);
        try
        {
            await draining.CutOffAsync(deadline.Token);
            await connections.WaitUntilClosedAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // Other connections close together with the listeners.
        }
    }

    [LoggerMessage(LogEvents.DrainRequestsAbandoned, LogLevel.Warning,
        "Stopping with requests still running, because --shutdown-timeout has passed.")]
    private partial void LogRequestsAbandoned();
}
