using EventGateway.Core.Delivery;

namespace EventGateway.Hosting;

/// <summary>
/// Empties the gateway before the listeners close: requests and deliveries that were accepted finish, new ones are
/// turned away with an answer rather than a refused connection.
/// </summary>
internal sealed partial class DrainService(Draining draining, DeliveryIntake intake, ILogger<DrainService> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await draining.DrainAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogRequestsAbandoned();
        }

        await intake.DrainAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Stopping with requests still under way: --shutdown-timeout has passed.")]
    private partial void LogRequestsAbandoned();
}
