using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Engine.Delivery.Waiting;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Engine.Subscriptions;

namespace EventGateway.Hosting;

/// <summary>
/// Resumes stored deliveries once the registry has loaded the subscriptions, and updates deliveries and replays when subscriptions
/// change.
/// </summary>
/// <param name="registry">The subscriptions.</param>
/// <param name="dispatchers">Make the deliveries.</param>
/// <param name="gates">The gates of functions.</param>
/// <param name="observer">Observes subscriptions and their dead letters.</param>
/// <param name="replays">The replays. Null when the store has no event log.</param>
/// <param name="deadLetters">The dead letters. Null when the store keeps none.</param>
/// <param name="restarts">Makes deliveries due. Null when the store cannot.</param>
internal sealed partial class DeliveryStarter(
    GatewayRegistry registry,
    Dispatchers dispatchers,
    FunctionGates gates,
    ISubscriptionObserver observer,
    ILogger<DeliveryStarter> logger,
    Replayer? replays = null,
    IDeadLetterStore? deadLetters = null,
    DeliveryRestarts? restarts = null) : IHostedService, IRouteObserver
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Observer = this;
        registry.SubscriptionObserver = observer;
        if (deadLetters is not null)
        {
            deadLetters.Stored = observer.DeadLettered;
        }

        if (replays is not null)
        {
            await replays.RestoreAsync(cancellationToken);
        }

        // Must run before deliveries start: deliveries of deleted subscriptions are dropped, not delivered.
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

    public void OnChanged(Function? before, Function now) => restarts?.OnChanged(before, now);

    public void OnChanged(Subscription before, Subscription now) => restarts?.OnChanged(before, now);

    public void OnDeleting(Subscription subscription) => dispatchers.ExpectDeletion(subscription);

    public async ValueTask<IReadOnlyList<SubscriptionDeletion>> OnDeletedAsync(
        IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        // Must end replays first, so that they add no more deliveries. A deletion for certain files has ended its replays before,
        // and the subscription may exist again.
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

    [LoggerMessage(LogEvents.DeliveryReplaysNotEnded, LogLevel.Error,
        "Subscription {Space}/{SubscriptionId} is deleted, but the end of its replays could not be stored yet.")]
    private partial void LogReplaysNotEnded(Exception exception, string space, string subscriptionId);
}
