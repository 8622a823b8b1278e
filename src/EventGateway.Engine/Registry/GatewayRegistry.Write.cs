using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;
using EventGateway.Engine.Registry.Validators;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Registry;

public sealed partial class GatewayRegistry
{
    // Other instances may win a race for the same resource; each round sees their write, so few rounds suffice.
    private const int Rounds = 16;

    // Each holds a body of up to 1 MiB. More than that do not get their turn before their clients give up anyway.
    private const int MaxWaitingWrites = 1000;

    private static readonly TimeSpan FeedPatience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _writes = new(1, 1);
    private int _waitingWrites;

    internal async ValueTask<RegistryResult<T>> WriteAsync<T>(
        ResourceValidator<T> rules, Func<RegistrySnapshot, WritePlan<T>> decide, CancellationToken cancellationToken)
        where T : class, IResource
    {
        if (!await TakeTurnAsync(cancellationToken))
        {
            return RegistryResult<T>.Refused(RegistryReason.Unavailable, "Too many changes are waiting; try again later.");
        }

        try
        {
            // From here on the caller's cancellation is not heeded: a write that the store may have taken must be in
            // force before the next one is checked.
            for (var round = 0; round < Rounds; round++)
            {
                if (await TryWriteAsync(rules, decide) is { } result)
                {
                    return result;
                }
            }

            return RegistryResult<T>.Refused(RegistryReason.Unavailable, "Others keep changing the same resource; try again.");
        }
        catch (ConfigStoreUnavailableException e)
        {
            LogWriteFailed(_logger, e);
            return RegistryResult<T>.Refused(RegistryReason.Unavailable, "The config store is unavailable; try again later.");
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return RegistryResult<T>.Refused(RegistryReason.Unavailable, "The gateway is shutting down.");
        }
        finally
        {
            _writes.Release();
        }
    }

    // False: too many wait already. The next turn is the caller's otherwise.
    private async ValueTask<bool> TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (await _writes.WaitAsync(0, cancellationToken))
        {
            return true;
        }

        try
        {
            if (Interlocked.Increment(ref _waitingWrites) > MaxWaitingWrites)
            {
                return false;
            }

            await _writes.WaitAsync(cancellationToken);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waitingWrites);
        }
    }

    [LoggerMessage(EventId = 2018, Level = LogLevel.Warning, Message = "The config store refused a write.")]
    private static partial void LogWriteFailed(ILogger logger, Exception exception);

    // Not set: another instance was faster, and its write is in force by now.
    private async ValueTask<RegistryResult<T>?> TryWriteAsync<T>(ResourceValidator<T> rules, Func<RegistrySnapshot, WritePlan<T>> decide)
        where T : class, IResource
    {
        _stopping.Token.ThrowIfCancellationRequested();
        var seen = _snapshot;
        var plan = decide(seen);
        if (plan.Resource is not { } resource)
        {
            return RegistryResult<T>.Refused(plan.Error!);
        }

        if (plan.Verb is WriteVerb.Create && !await MayCreateAsync(resource))
        {
            return Late<T>("What waits for the subscription that was deleted could not be dropped yet; try again.");
        }

        var deleted = plan.Verb is WriteVerb.Delete ? resource as Subscription : null;
        var written = deleted is null ? await StoreAsync(rules, plan, resource) : await DeleteAsync(deleted, () => StoreAsync(rules, plan, resource));
        if (written.Status is ConfigWriteStatus.Stored)
        {
            var isReached = await ReachAsync(written.Revision);
            if (deleted is not null && !await TryDropAsync(SubscriptionDeletion.Of(deleted)))
            {
                return Late<T>("The subscription is deleted, but what waits for it could not be dropped yet. It is dropped once the delivery store can be written.");
            }

            return isReached
                ? RegistryResult<T>.Done(new ResourceEntry<T>(resource, written.Revision))
                : Late<T>("The change is stored, but not in force here yet.");
        }

        return await ReachAsync(Math.Max(written.Revision, seen.Revision + 1))
            ? null
            : Late<T>("The resource was changed elsewhere, and the change has not arrived yet; try again.");
    }

    private static RegistryResult<T>? Late<T>(string text)
        where T : class, IResource =>
        RegistryResult<T>.Refused(RegistryReason.Unavailable, text);

    private ValueTask<ConfigWriteResult> StoreAsync<T>(ResourceValidator<T> rules, WritePlan<T> plan, T resource)
        where T : class, IResource
    {
        var key = new ConfigKey(resource.Space, rules.Kind, resource.Id);
        return plan.Verb switch
        {
            WriteVerb.Create => _store.CreateAsync(key, rules.Write(resource), _stopping.Token),
            WriteVerb.Update => _store.UpdateAsync(key, rules.Write(resource), plan.ExpectedRevision, _stopping.Token),
            _ => _store.DeleteAsync(key, plan.ExpectedRevision, _stopping.Token),
        };
    }

    private async ValueTask<ConfigWriteResult> DeleteAsync(Subscription subscription, Func<ValueTask<ConfigWriteResult>> delete)
    {
        var isDeleted = false;
        Observer?.OnDeleting(subscription);
        try
        {
            var written = await delete();
            isDeleted = written.Status is ConfigWriteStatus.Stored;
            return written;
        }
        finally
        {
            if (!isDeleted)
            {
                Observer?.OnRouted(new ChangedRoutes(subscription.Space, subscription.SubscriptionId));
            }
        }
    }

    private async ValueTask<bool> ReachAsync(long revision)
    {
        try
        {
            await WaitForRevisionAsync(revision).WaitAsync(FeedPatience, _time, _stopping.Token);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
