using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.State;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Registry;

public sealed partial class GatewayRegistry
{
    private static readonly TimeSpan FeedRetry = TimeSpan.FromSeconds(1);

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

    // Such settings were accepted once. They allow no credentials now.
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

    [LoggerMessage(EventId = 2017, Level = LogLevel.Warning,
        Message = "{Count} CORS settings allow credentials from any origin, the first is {Id} of space {Space}. They are in force without credentials: name the origins.")]
    private static partial void LogCredentialsFromAnyOrigin(ILogger logger, int count, string space, string id);

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var contents = await _store.LoadAsync(cancellationToken);
        var snapshot = RegistrySnapshot.Empty;

        // Kinds in the order in which they name each other, so that subscriptions find what they share.
        foreach (var entry in contents.Entries.OrderBy(entry => entry.Key.Kind).ThenBy(entry => entry.Revision))
        {
            snapshot = Apply(snapshot, entry.Key, entry.Json, entry.Revision);
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
                    Publish(Apply(_snapshot, change.Key, change.Json, change.Revision) with { Revision = change.Revision });
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
            catch (ConfigFeedGapException e)
            {
                LogGap(_logger, e);
                gap = true;
                continue;
            }
            catch (ConfigStoreUnavailableException e)
            {
                LogFeedLost(_logger, e);
            }
            catch (Exception e)
            {
                // Without the feed no write would be in force any more, so a defect must not end it either. What was applied
                // halfway is unknown: load everything.
                LogFeedFailed(_logger, e);
                gap = true;
            }

            try
            {
                await Task.Delay(FeedRetry, _time, token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // The write that deletes a subscription calls the observer itself.
    private static ChangedRoutes? FindRoutes(ConfigChange change) => change.Key.Kind switch
    {
        ConfigKind.Subscription when change.Json is not null => new ChangedRoutes(change.Key.Space, SubscriptionId: change.Key.Id),
        ConfigKind.Function => new ChangedRoutes(change.Key.Space, FunctionId: change.Key.Id),
        _ => null,
    };

    private RegistrySnapshot Apply(RegistrySnapshot snapshot, ConfigKey key, ReadOnlyMemory<byte>? json, long revision)
    {
        if (!_rules.TryGetValue(key.Kind, out var rules))
        {
            LogUnknown(_logger, key.Kind, key.Space, key.Id);
            return snapshot;
        }

        try
        {
            return rules.Apply(snapshot, key, json, revision);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            LogUnreadable(_logger, e, key.Kind, key.Space, key.Id);
            return snapshot;
        }
    }

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

    // Writes take turns, so at most one waits.
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

    [LoggerMessage(EventId = 2010, Level = LogLevel.Information, Message = "Loaded {Count} resources at revision {Revision} of the config store.")]
    private static partial void LogLoaded(ILogger logger, int count, long revision);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Warning, Message = "The config store's change feed has a gap; loading everything again.")]
    private static partial void LogGap(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Warning, Message = "The config store's change feed was lost; trying again.")]
    private static partial void LogFeedLost(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2015, Level = LogLevel.Error, Message = "Following the config store failed unexpectedly; loading everything again.")]
    private static partial void LogFeedFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Error, Message = "The {Kind} {Id} of space {Space} in the config store cannot be read; it is left as it was.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, ConfigKind kind, string space, string id);

    [LoggerMessage(EventId = 2014, Level = LogLevel.Error, Message = "The config store holds a {Kind}, {Id} of space {Space}, that this version does not know.")]
    private static partial void LogUnknown(ILogger logger, ConfigKind kind, string space, string id);
}
