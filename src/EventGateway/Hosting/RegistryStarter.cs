using EventGateway.Engine.Registry;

namespace EventGateway.Hosting;

/// <summary>Loads the configuration before the server listens.</summary>
internal sealed class RegistryStarter(GatewayRegistry registry) : IHostedService
{
    // A smaller configuration is not worth the pause.
    private const long ManyChanges = 1000;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await registry.StartAsync(cancellationToken);

        if (registry.Revision < ManyChanges)
        {
            return;
        }

        // Reading a large configuration leaves several times its size behind, which a quiet process would keep for good. What
        // was read is still on the stack of the thread that runs this: only another one can let go of it.
        await Task.Yield();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
