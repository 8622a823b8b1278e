using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;
using EventGateway.Engine.Registry.Validators;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Registry;

// A write of the Configuration API takes these steps:
//
//   body ──► 1 read ──► 2 prepare ──► 3 turn ──► 4 plan ──► 5 store ──► 6 feed ──► 7 drop ──► answer
//                          ▲                      │ ▲           │
//                          └──────────────────────┘ └───────────┘
//                                outdated              conflict
//
// 1. Resources<T> reads the body. All errors are answered at once, and nothing else happens.
// 2. The validator completes the draft with secrets of the stored version, and checks them. This may take milliseconds, so
//    it happens before the turn. (Resources<T>.Prepare)
// 3. The write waits for its turn: one write is checked and stored at a time. (TakeTurnAsync)
// 4. The validator checks the write against the snapshot. If the draft was completed from an older version than the
//    stored one, the write gives up its turn. In its next turn it is prepared again, just before this step. (Resources<T>.Plan…)
// 5. The store takes the write if the resource is still at the revision of the plan. If another instance was
//    faster, the write waits until that change is in force here and goes back to 4. (StoreAsync)
// 6. The store's change feed brings the write to this instance, which applies it and publishes a new snapshot.
//    The write waits for that, so that it is in force when it is answered. (GatewayRegistry.Feed.cs, WaitUntilInForceAsync)
// 7. When a subscription was deleted, its waiting deliveries are dropped. (GatewayRegistry.Deletions.cs)
public sealed partial class GatewayRegistry
{
    // Other writes may win a race for the same resource. Each attempt sees their result, so a few suffice.
    private const int MaxAttempts = 16;

    // Each holds a body of up to 1 MiB. More than that do not get their turn before their clients give up anyway.
    private const int MaxWaitingWrites = 1000;

    private const string Contended = "Other writes keep changing this resource; try again.";

    private static readonly TimeSpan FeedTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _writes = new(1, 1);
    private int _waitingWrites;

    /// <summary>Makes a write.</summary>
    /// <param name="validator">The validator of the resource's kind.</param>
    /// <param name="prepare">Prepares the write outside its turn. Returns the function that plans the write in its turn, which must be quick.</param>
    /// <param name="cancellationToken">Ends the wait for a turn.</param>
    internal async ValueTask<RegistryResult<T>> WriteAsync<T>(
        ResourceValidator<T> validator, Func<RegistrySnapshot, Func<RegistrySnapshot, WritePlan<T>>> prepare, CancellationToken cancellationToken)
        where T : class, IResource
    {
        // A write that another one has overtaken is prepared in its turn the second time, so that it cannot be overtaken again.
        return await WriteInTurnAsync(validator, prepare, prepare(_snapshot), cancellationToken)
            ?? await WriteInTurnAsync(validator, prepare, prepared: null, cancellationToken)
            ?? Unavailable<T>(Contended);
    }

    // Returns null when the write was prepared against a version that is no longer the current one.
    private ValueTask<RegistryResult<T>?> WriteInTurnAsync<T>(
        ResourceValidator<T> validator,
        Func<RegistrySnapshot, Func<RegistrySnapshot, WritePlan<T>>> prepare,
        Func<RegistrySnapshot, WritePlan<T>>? prepared,
        CancellationToken cancellationToken)
        where T : class, IResource =>
        InTurnAsync<RegistryResult<T>?>(
            async () =>
            {
                for (var attempt = 0; attempt < MaxAttempts; attempt++)
                {
                    _stopping.Token.ThrowIfCancellationRequested();
                    var snapshot = _snapshot;
                    var planned = (prepared ?? prepare(snapshot))(snapshot);
                    if (planned.IsOutdated)
                    {
                        return null;
                    }

                    if (await TryWriteAsync(validator, snapshot, planned) is { } result)
                    {
                        return result;
                    }
                }

                return Unavailable<T>(Contended);
            },
            static text => Unavailable<T>(text),
            cancellationToken);

    // The caller cannot cancel the work: a write that the store may have taken must be in force before the next one is checked.
    private async ValueTask<TResult> InTurnAsync<TResult>(
        Func<ValueTask<TResult>> work, Func<string, TResult> refuse, CancellationToken cancellationToken)
    {
        if (!await TakeTurnAsync(cancellationToken))
        {
            return refuse("Too many changes are waiting; try again later.");
        }

        try
        {
            return await work();
        }
        catch (ConfigStoreUnavailableException exception)
        {
            LogWriteFailed(_logger, exception);
            return refuse("The config store is unavailable; try again later.");
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return refuse("The gateway is shutting down.");
        }
        finally
        {
            _writes.Release();
        }
    }

    // Returns false when too many writes wait already.
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

    // Returns null when another instance was faster. Its write is in force then.
    private async ValueTask<RegistryResult<T>?> TryWriteAsync<T>(ResourceValidator<T> validator, RegistrySnapshot snapshot, WritePlan<T> planned)
        where T : class, IResource
    {
        if (planned.Resource is not { } resource)
        {
            return RegistryResult<T>.Refused(planned.Error!);
        }

        if (planned.Verb is WriteVerb.Create && !await MayCreateAsync(resource))
        {
            return Unavailable<T>("The waiting deliveries of the deleted subscription could not be dropped yet; try again.");
        }

        var deleted = planned.Verb is WriteVerb.Delete ? resource as Subscription : null;
        var written = deleted is null
            ? await StoreAsync(validator, planned, resource)
            : await DeleteAsync([deleted], () => StoreAsync(validator, planned, resource));
        if (written.Status is ConfigWriteStatus.Conflict)
        {
            return await WaitUntilInForceAsync(Math.Max(written.Revision, snapshot.Revision + 1))
                ? null
                : Unavailable<T>("The resource was changed elsewhere, and the change has not arrived yet; try again.");
        }

        var isInForce = await WaitUntilInForceAsync(written.Revision);
        var (entry, isNew) = (new ResourceEntry<T>(resource, written.Revision), planned.Verb is WriteVerb.Create);
        if (deleted is not null && !await TryDropAsync([SubscriptionDeletion.Of(deleted)]))
        {
            return RegistryResult<T>.Stored(
                entry, isNew, "The subscription is deleted. Its waiting deliveries are dropped as soon as the delivery store can be written.");
        }

        if (planned.Replaced is Subscription { Enabled: not false } && resource is Subscription { Enabled: false } disabled)
        {
            SubscriptionObserver?.Disabled(disabled, failure: null);
        }

        return isInForce
            ? RegistryResult<T>.Done(entry, isNew)
            : RegistryResult<T>.Stored(entry, isNew, "The change is stored, but this instance does not use it yet.");
    }

    private static RegistryResult<T> Unavailable<T>(string text)
        where T : class, IResource =>
        RegistryResult<T>.Refused(RegistryReason.Unavailable, text);

    private ValueTask<ConfigWriteResult> StoreAsync<T>(ResourceValidator<T> validator, WritePlan<T> plan, T resource)
        where T : class, IResource
    {
        var key = new ConfigKey(resource.Space, validator.Kind, resource.Id);
        return plan.Verb switch
        {
            WriteVerb.Create => _store.CreateAsync(key, validator.Write(resource), _stopping.Token),
            WriteVerb.Update => _store.UpdateAsync(key, validator.Write(resource), plan.ExpectedRevision, _stopping.Token),
            _ => _store.DeleteAsync(key, plan.ExpectedRevision, _stopping.Token),
        };
    }

    private async ValueTask<ConfigWriteResult> DeleteAsync(IReadOnlyList<Subscription> subscriptions, Func<ValueTask<ConfigWriteResult>> delete)
    {
        var isDeleted = false;
        foreach (var subscription in subscriptions)
        {
            Observer?.OnDeleting(subscription);
        }

        try
        {
            var written = await delete();
            isDeleted = written.Status is ConfigWriteStatus.Stored;
            return written;
        }
        finally
        {
            foreach (var subscription in isDeleted ? [] : subscriptions)
            {
                Observer?.OnRouted(new ChangedRoutes(subscription.Space, subscription.SubscriptionId));
            }
        }
    }

    private async ValueTask<bool> WaitUntilInForceAsync(long revision)
    {
        try
        {
            await WaitForRevisionAsync(revision).WaitAsync(FeedTimeout, _time, _stopping.Token);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
