using EventGateway.Engine.Registry;

namespace EventGateway.Hosting;

/// <summary>Loads the configuration before the listeners open.</summary>
internal sealed class RegistryStarter(GatewayRegistry registry) : IHostedService
{
    // The pause of a collection is not worth it for a smaller configuration.
    private const long ManyChanges = 1000;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await registry.StartAsync(cancellationToken);

        if (registry.Revision < ManyChanges)
        {
            return;
        }

        // Reading a large configuration leaves garbage of several times its size, which an idle process would keep. Yields first:
        // the stack of this thread may still refer to it.
        await Task.Yield();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
