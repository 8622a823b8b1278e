using EventGateway.Core.Delivery;
using EventGateway.Core.Registry;
using EventGateway.Core.Routing;

namespace EventGateway.Hosting;

/// <summary>
/// Goes on with what the durable store kept, once the registry knows the subscriptions, and keeps delivery in step with what
/// becomes of them.
/// </summary>
/// <param name="registry">Knows the subscriptions.</param>
/// <param name="intake">Delivers.</param>
/// <param name="replays">The replays. Null when the store keeps no log.</param>
internal sealed class DeliveryStarter(GatewayRegistry registry, DeliveryIntake intake, Replays? replays = null) : IHostedService, IRouteObserver
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Observer = this;
        await intake.StartAsync(cancellationToken);
        if (replays is not null)
        {
            await replays.RestoreAsync(cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void OnRouted(string? space, string? subscriptionId)
    {
        intake.Resume(space, subscriptionId);
        replays?.Resume(space, subscriptionId);
    }

    public void OnDeleting(Subscription subscription) => intake.ExpectDeletion(subscription);

    public async ValueTask OnDeletedAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            // Comes first: a replay must not add deliveries to those that are dropped.
            if (replays is not null)
            {
                await replays.EndAsync(subscription, cancellationToken);
            }
        }
        finally
        {
            await intake.DropAsync(subscription, cancellationToken);
        }
    }
}
