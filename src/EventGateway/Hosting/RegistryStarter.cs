using EventGateway.Core.Registry;

namespace EventGateway.Hosting;

/// <summary>Loads the configuration before the server listens.</summary>
internal sealed class RegistryStarter(GatewayRegistry registry) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await registry.StartAsync(cancellationToken);

        // Reading a large configuration leaves several times its size behind, which a quiet process would keep for good.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
