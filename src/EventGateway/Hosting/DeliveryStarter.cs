using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;

namespace EventGateway.Hosting;

/// <summary>
/// Goes on with what the durable store kept, once the registry knows the subscriptions, and keeps delivery in step with what
/// becomes of them.
/// </summary>
/// <param name="registry">Knows the subscriptions.</param>
/// <param name="dispatchers">Make the deliveries.</param>
/// <param name="gates">The gates of functions.</param>
/// <param name="logger">Gets a line when the end of a replay cannot be stored.</param>
/// <param name="replays">The replays. Null when the store keeps no log.</param>
internal sealed partial class DeliveryStarter(
    GatewayRegistry registry, Dispatchers dispatchers, FunctionGates gates, ILogger<DeliveryStarter> logger, Replayer? replays = null) : IHostedService, IRouteObserver
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Observer = this;
        if (replays is not null)
        {
            await replays.RestoreAsync(cancellationToken);
        }

        // Comes before deliveries: what was to be dropped is neither held nor delivered.
        await registry.MakeDeletionsAsync(cancellationToken);
        await dispatchers.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void OnRouted(ChangedRoutes changed)
    {
        gates.Forget(changed);
        dispatchers.Resume(changed);
        replays?.Resume(changed.Space, changed.SubscriptionId);
    }

    public void OnDeleting(Subscription subscription) => dispatchers.ExpectDeletion(subscription);

    public async ValueTask<IReadOnlyList<SubscriptionDeletion>> OnDeletedAsync(
        IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        // Comes first: a replay must not add deliveries to those that are dropped. A deletion that is made in certain files
        // alone has ended them, and the subscription may be there again.
        var unended = new List<SubscriptionDeletion>();
        foreach (var deletion in deletions.Where(static deletion => deletion.Files is null))
        {
            if (!await TryEndReplaysAsync(deletion, cancellationToken))
            {
                unended.Add(deletion);
            }
        }

        var left = await dispatchers.DropAsync(deletions, cancellationToken);
        return unended.Count == 0 ? left : [.. unended.UnionBy(left, static deletion => (deletion.Space, deletion.SubscriptionId))];
    }

    private async ValueTask<bool> TryEndReplaysAsync(SubscriptionDeletion deletion, CancellationToken cancellationToken)
    {
        try
        {
            if (replays is not null)
            {
                await replays.EndAsync(deletion.Space, deletion.SubscriptionId, cancellationToken);
            }

            return true;
        }
        catch (IOException exception)
        {
            LogReplaysNotEnded(exception, deletion.Space, deletion.SubscriptionId);
            return false;
        }
    }

    [LoggerMessage(2023, LogLevel.Error, "Subscription {Space}/{SubscriptionId} is deleted, but the end of its replays could not be stored yet.")]
    private partial void LogReplaysNotEnded(Exception exception, string space, string subscriptionId);
}
