using EventGateway.Core.Registry;

namespace EventGateway.Hosting;

/// <summary>Loads the configuration before the server listens.</summary>
internal sealed class RegistryStarter(GatewayRegistry registry) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await registry.StartAsync(cancellationToken);

        // Reading a large configuration leaves several times its size behind, which a quiet process would keep for good. What
        // was read is still on the stack of the thread that runs this: only another one can let go of it.
        await Task.Yield();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
