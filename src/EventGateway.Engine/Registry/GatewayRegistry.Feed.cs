using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.State;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Registry;

public sealed partial class GatewayRegistry
{
    private static readonly TimeSpan FeedRetryDelay = TimeSpan.FromSeconds(1);

    private Task _following = Task.CompletedTask;
    private (long Revision, TaskCompletionSource Reached)? _awaited;

    /// <summary>Loads the configuration and follows the store's changes from then on, until disposal.</summary>
    /// <exception cref="ConfigStoreUnavailableException">The store cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        ReportCredentialsFromAnyOrigin();
        _following = Task.Run(FollowAsync, CancellationToken.None);
    }

    // Earlier versions accepted such settings. They are in force without credentials.
    private void ReportCredentialsFromAnyOrigin()
    {
        if (_credentialsFromAnyOrigin)
        {
            return;
        }

        var found = _snapshot.Spaces.Values
            .SelectMany(static space => space.Cors.After(null).Select(static entry => (entry.Resource.Space, Id: entry.Resource.CorsId, Settings: (CorsSettings?)entry.Resource))
                .Concat(space.Subscriptions.After(null).Select(static entry => (entry.Resource.Space, Id: entry.Resource.SubscriptionId, Settings: entry.Resource.Cors))))
            .Where(static item => item.Settings is { AllowCredentials: true, AllowsAnyOrigin: true })
            .ToList();
        if (found.Count > 0)
        {
            LogCredentialsFromAnyOrigin(_logger, found.Count, found[0].Space, found[0].Id);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var contents = await _store.LoadAsync(cancellationToken);
        var snapshot = RegistrySnapshot.Empty;

        // Subscriptions come after the functions and event types that they name, and share their ids.
        foreach (var entries in contents.Entries.GroupBy(static entry => (entry.Key.Kind, entry.Key.Space)).OrderBy(static group => group.Key.Kind))
        {
            if (_validators.TryGetValue(entries.Key.Kind, out var validator))
            {
                snapshot = validator.Load(snapshot, entries.Key.Space, entries, LogLeftOut);
            }
            else
            {
                entries.ToList().ForEach(entry => LogUnknown(_logger, entry.Key.Kind, entry.Key.Space, entry.Key.Id));
            }
        }

        Publish(snapshot with { Revision = contents.Revision });
        Observer?.OnRouted(default);
        LogLoaded(_logger, contents.Entries.Count, contents.Revision);
    }

    private async Task FollowAsync()
    {
        var token = _stopping.Token;
        var gap = false;
        while (true)
        {
            try
            {
                if (gap)
                {
                    await LoadAsync(token);
                    gap = false;
                }

                await foreach (var change in _store.WatchAsync(_snapshot.Revision, token))
                {
                    var before = _snapshot;
                    Publish(Apply(before, change.Key, change.Json, change.Revision) with { Revision = change.Revision });
                    ReportChange(before, change.Key);
                    if (FindRoutes(change) is { } routes)
                    {
                        Observer?.OnRouted(routes);
                    }
                }
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return;
            }
            catch (ConfigFeedGapException exception)
            {
                LogGap(_logger, exception);
                gap = true;
                continue;
            }
            catch (ConfigStoreUnavailableException exception)
            {
                LogFeedLost(_logger, exception);
            }
            catch (Exception exception)
            {
                // A defect must not end the feed, because no write would come into force without it. Everything is loaded
                // again, because a change may be half applied.
                LogFeedFailed(_logger, exception);
                gap = true;
            }

            try
            {
                await Task.Delay(FeedRetryDelay, _time, token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void ReportChange(RegistrySnapshot before, ConfigKey key)
    {
        var (old, now) = (before.Space(key.Space), _snapshot.Space(key.Space));
        if (key.Kind is ConfigKind.Function && now.Functions.Find(key.Id)?.Resource is { } function)
        {
            Observer?.OnChanged(old.Functions.Find(key.Id)?.Resource, function);
        }
        else if (key.Kind is ConfigKind.Subscription
            && old.Subscriptions.Find(key.Id)?.Resource is { } previous && now.Subscriptions.Find(key.Id)?.Resource is { } subscription)
        {
            Observer?.OnChanged(previous, subscription);
        }
    }

    // Returns null for a deleted subscription: the write that deletes it calls the observer itself.
    private static ChangedRoutes? FindRoutes(ConfigChange change) => change.Key.Kind switch
    {
        ConfigKind.Subscription when change.Json is not null => new ChangedRoutes(change.Key.Space, SubscriptionId: change.Key.Id),
        ConfigKind.Function => new ChangedRoutes(change.Key.Space, FunctionId: change.Key.Id),
        _ => null,
    };

    private RegistrySnapshot Apply(RegistrySnapshot snapshot, ConfigKey key, ReadOnlyMemory<byte>? json, long revision)
    {
        if (!_validators.TryGetValue(key.Kind, out var validator))
        {
            LogUnknown(_logger, key.Kind, key.Space, key.Id);
            return snapshot;
        }

        try
        {
            return validator.Apply(snapshot, key, json, revision);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            LogIgnored(_logger, exception, key.Kind, key.Space, key.Id);
            return snapshot;
        }
    }

    private void LogLeftOut(ConfigKey key, Exception exception) => LogLeftOut(_logger, exception, key.Kind, key.Space, key.Id);

    private void Publish(RegistrySnapshot snapshot)
    {
        lock (_sync)
        {
            _snapshot = snapshot;
            if (_awaited is { } awaited && awaited.Revision <= snapshot.Revision)
            {
                _awaited = null;
                awaited.Reached.SetResult();
            }
        }
    }

    // At most one write waits, because writes take turns.
    private Task WaitForRevisionAsync(long revision)
    {
        lock (_sync)
        {
            if (_snapshot.Revision >= revision)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = (revision, reached);
            return reached.Task;
        }
    }
}
