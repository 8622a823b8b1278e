using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Replays;

// A replay without a route waits. A configuration without the subscription may be an older backup or a lost file, so only a
// deletion ends its replays.
public sealed partial class Replayer
{
    /// <summary>Resumes replays that wait for a subscription that has come into force, or whose function has.</summary>
    /// <param name="space">The space. Null means any.</param>
    /// <param name="subscriptionId">The subscription's id. Null means any of the space.</param>
    public void Resume(string? space, string? subscriptionId)
    {
        foreach (var run in FindRuns(space, subscriptionId))
        {
            run.NoteRoute();
        }
    }

    /// <summary>Ends the replays to a subscription that was deleted. Must run before it is created again.</summary>
    /// <param name="subscriptionId">The subscription's id in the space.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Completes when that is stored.</returns>
    /// <exception cref="IOException">The replays have ended, but that cannot be stored now.</exception>
    public async ValueTask EndAsync(string space, string subscriptionId, CancellationToken cancellationToken)
    {
        var ended = FindRuns(space, subscriptionId)
            .FindAll(static run => run.TryEnd(ReplayState.Failed, "The subscription was deleted."));
        foreach (var run in ended)
        {
            await SaveAsync(run, cancellationToken);
        }
    }

    private List<ReplayRun> FindRuns(string? space, string? subscriptionId)
    {
        lock (_lock)
        {
            var runs = space is null ? _runs.Values.SelectMany(static list => list) : _runs.GetValueOrDefault(space, []);
            return [.. runs.Where(run => run.IsActive && (subscriptionId is null || run.Replay.Subscription.SubscriptionId == subscriptionId))];
        }
    }

    // Waits while the replay is paused, or its subscription or the function is missing.
    private async Task WaitForRouteAsync(ReplayRun run)
    {
        var key = run.Replay.Subscription;
        for (var logged = false; ; logged = true)
        {
            await run.WhilePausedAsync();
            run.Cancelled.ThrowIfCancellationRequested();

            // Must be read before the route is looked up, because the route may come into force right after that.
            var routed = run.Routed;
            if (FindRoute(run) is not null)
            {
                return;
            }

            if (!logged)
            {
                LogReplayWaits(key.Space, run.Replay.Id, key.SubscriptionId, key.FunctionId);
            }

            await routed.WaitAsync(run.Cancelled);
        }
    }

    // Returns null when the subscription or the function is missing.
    private Route? FindRoute(ReplayRun run)
    {
        run.Cancelled.ThrowIfCancellationRequested();
        var key = run.Replay.Subscription;
        return _routes.Find(key.Space, key.SubscriptionId, key.FunctionId);
    }

    [LoggerMessage(LogEvents.ReplayWaits, LogLevel.Warning,
        "Replay {Space}/{ReplayId} waits: the configuration has no subscription {SubscriptionId} to function {FunctionId}. It continues when the subscription is created again.")]
    private partial void LogReplayWaits(string space, string replayId, string subscriptionId, string functionId);
}
