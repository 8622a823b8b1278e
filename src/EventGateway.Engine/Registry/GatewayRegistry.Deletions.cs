using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Registry;

// A deletion of a subscription is stored together with the delete, and stays listed until what waited for the subscription is
// dropped from all files of the delivery store. A crash in between loses neither.
public sealed partial class GatewayRegistry
{
    // Subscriptions that must not be created again yet: their new deliveries would be dropped as well. Guarded by the turns of writes.
    private readonly HashSet<(string Space, string SubscriptionId)> _undropped = [];

    /// <summary>
    /// Makes the deletions of subscriptions that an earlier process could not make in all files of the delivery store. Call it
    /// once <see cref="Observer"/> is set, before anything is delivered or written.
    /// </summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ConfigStoreUnavailableException">The store cannot be read.</exception>
    public async ValueTask MakeDeletionsAsync(CancellationToken cancellationToken)
    {
        var deletions = await _store.ListDeletionsAsync(cancellationToken);
        if (deletions.Count > 0)
        {
            await MakeDeletionsAsync(deletions, cancellationToken);
        }
    }

    private async ValueTask MakeDeletionsAsync(IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        foreach (var deletion in deletions.Where(static deletion => deletion.Files is null))
        {
            _undropped.Add((deletion.Space, deletion.SubscriptionId));
        }

        var left = Observer is { } observer ? await observer.OnDeletedAsync(deletions, cancellationToken) : [];
        var rest = left.ToDictionary(static deletion => (deletion.Space, deletion.SubscriptionId));
        foreach (var deletion in deletions)
        {
            var key = (deletion.Space, deletion.SubscriptionId);
            var files = rest.TryGetValue(key, out var now) ? now.Files : [];
            if (files is not null)
            {
                _undropped.Remove(key);
                await TrySaveAsync(deletion with { Files = files });
            }
        }
    }

    // A deletion that stays listed is made again by the next process, before the subscription can get new deliveries.
    private async ValueTask TrySaveAsync(SubscriptionDeletion deletion)
    {
        try
        {
            await _store.SaveDeletionAsync(deletion, _stopping.Token);
        }
        catch (Exception e) when (e is ConfigStoreUnavailableException or OperationCanceledException)
        {
            _undropped.Add((deletion.Space, deletion.SubscriptionId));
            LogDeletionNotSaved(_logger, e, deletion.Space, deletion.SubscriptionId);
        }
    }

    // Before the next write: a subscription that is created again gets nothing from before its deletion.
    private async ValueTask<bool> TryDropAsync(SubscriptionDeletion deletion)
    {
        using var deadline = new CancellationTokenSource(FeedPatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            await MakeDeletionsAsync([deletion], either.Token);
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            LogDropFailed(_logger, e, deletion.Space, deletion.SubscriptionId);
        }

        return !_undropped.Contains((deletion.Space, deletion.SubscriptionId));
    }

    // Whether a subscription that was deleted can be created again now.
    private async ValueTask<bool> MayCreateAsync(IResource resource) =>
        resource is not Subscription subscription
        || !_undropped.Contains((subscription.Space, subscription.SubscriptionId))
        || await TryDropAsync(new SubscriptionDeletion(subscription.Space, subscription.SubscriptionId));

    [LoggerMessage(EventId = 2016, Level = LogLevel.Error, Message = "Subscription {Space}/{SubscriptionId} is deleted, but dropping what waits for it did not end in time.")]
    private static partial void LogDropFailed(ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(EventId = 2019, Level = LogLevel.Warning, Message = "That the deletion of subscription {Space}/{SubscriptionId} was made could not be stored; it is made again.")]
    private static partial void LogDeletionNotSaved(ILogger logger, Exception exception, string space, string subscriptionId);
}
