using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry;

// The store lists the deletion of a subscription in the same write that deletes it. The deletion stays listed until the
// subscription's deliveries are dropped from all files of the delivery store, so that a crash in between does not lose it.
public sealed partial class GatewayRegistry
{
    // Subscriptions that must not be created again yet, because their new deliveries would be dropped as well. Only the write
    // whose turn it is uses it.
    private readonly HashSet<(string Space, string SubscriptionId)> _undropped = [];

    /// <summary>
    /// Completes the deletions of subscriptions that an earlier process did not complete. Must be called after
    /// <see cref="Observer"/> is set, before anything is delivered or written.
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

    // The next process repeats a deletion that stays listed, before the subscription can get new deliveries.
    private async ValueTask TrySaveAsync(SubscriptionDeletion deletion)
    {
        try
        {
            await _store.SaveDeletionAsync(deletion, _stopping.Token);
        }
        catch (Exception exception) when (exception is ConfigStoreUnavailableException or OperationCanceledException)
        {
            _undropped.Add((deletion.Space, deletion.SubscriptionId));
            LogDeletionNotSaved(_logger, exception, deletion.Space, deletion.SubscriptionId);
        }
    }

    // Must end before the next write, so that a subscription that is created again gets no deliveries from before its deletion.
    private async ValueTask<bool> TryDropAsync(IReadOnlyList<SubscriptionDeletion> deletions)
    {
        using var deadline = new CancellationTokenSource(FeedTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            await MakeDeletionsAsync(deletions, either.Token);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            foreach (var deletion in deletions.Where(IsUndropped))
            {
                LogDropFailed(_logger, exception, deletion.Space, deletion.SubscriptionId);
            }
        }

        return !deletions.Any(IsUndropped);
    }

    private bool IsUndropped(SubscriptionDeletion deletion) => _undropped.Contains((deletion.Space, deletion.SubscriptionId));

    private async ValueTask<bool> MayCreateAsync(IResource resource) =>
        resource is not Subscription subscription
        || !_undropped.Contains((subscription.Space, subscription.SubscriptionId))
        || await TryDropAsync([new SubscriptionDeletion(subscription.Space, subscription.SubscriptionId)]);
}
