using System.Security.Cryptography;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Replays;

/// <summary>
/// Delivers events of the log to a subscription once more, oldest first, no faster than the store accepts them. Replays are
/// stored as they advance, and continue after a restart. Safe for concurrent use.
/// </summary>
public sealed partial class Replayer : IAsyncDisposable
{
    /// <summary>The maximum number of replays of a space, active and ended.</summary>
    public const int MaxPerSpace = 100;

    /// <summary>How many replays read the log at once. The others wait for their turn, which ends after 64 events.</summary>
    public const int MaxConcurrency = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<ReplayRun>> _runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _saving = new(1);
    private readonly SemaphoreSlim _turns = new(MaxConcurrency);
    private readonly CancellationTokenSource _stop = new();
    private readonly IEventLog _log;
    private readonly IReplayStore _store;
    private readonly DeliveryBacklog _backlog;
    private readonly IRouteDirectory _routes;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<Replayer> _logger;
    private readonly List<Task> _tasks = [];
    private bool _disposed;

    /// <summary>Creates the replays of a store, none at first.</summary>
    /// <param name="log">The events.</param>
    /// <param name="store">Keeps the replays.</param>
    /// <param name="backlog">Stores the events for delivery, at least once.</param>
    /// <param name="routes">Finds the current route of the subscription.</param>
    /// <param name="timeProvider">The clock, the same as the store's.</param>
    /// <param name="logger">Logs failures.</param>
    public Replayer(
        IEventLog log, IReplayStore store, DeliveryBacklog backlog, IRouteDirectory routes, TimeProvider timeProvider, ILogger<Replayer> logger)
    {
        _log = log;
        _store = store;
        _backlog = backlog;
        _routes = routes;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Continues the replays from before a restart. Must run once, after the subscriptions are loaded and before anything else.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async ValueTask RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var replay in await _store.ListAsync(cancellationToken))
        {
            var run = new ReplayRun(replay, _stop.Token);
            lock (_lock)
            {
                TryAdd(run, out _);
            }

            if (run.IsActive)
            {
                Begin(run);
            }
            else
            {
                run.Dispose();
            }
        }
    }

    /// <summary>Begins a replay.</summary>
    /// <param name="subscription">The subscription that the request names.</param>
    /// <param name="request">What to replay.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The stored replay. Null when the space has too many active replays.</returns>
    /// <exception cref="IOException">It cannot be stored now.</exception>
    public async ValueTask<Replay?> StartAsync(Subscription subscription, ReplayRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(request);
        var now = _timeProvider.GetUtcNow();
        var run = new ReplayRun(
            new Replay
            {
                Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
                Subscription = SubscriptionKey.Of(subscription),
                From = request.From?.ToUniversalTime(),
                To = request.To < now ? request.To.Value.ToUniversalTime() : now,
                EventTypes = request.EventTypes is null ? [subscription.EventType] : [.. request.EventTypes.Distinct()],
                CreatedAt = now,
            },
            _stop.Token);
        bool isAdded;
        ReplayRun? removed;
        lock (_lock)
        {
            isAdded = TryAdd(run, out removed);
        }

        if (!isAdded)
        {
            run.Dispose();
            return null;
        }

        try
        {
            await SaveAsync(run, cancellationToken);
        }
        catch
        {
            Remove(run);
            run.Dispose();
            throw;
        }

        Begin(run);
        if (removed is not null)
        {
            await DeleteAsync(removed, cancellationToken);
        }

        return run.Replay;
    }

    /// <summary>Lists the replays of a space, the latest first.</summary>
    public IReadOnlyList<Replay> List(string space)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(space, out var runs) ? [.. runs.Select(run => run.Replay).Reverse()] : [];
        }
    }

    /// <summary>Counts the active replays.</summary>
    /// <returns>How many have their turn, how many wait for a turn, a route or room in the store, and how many are paused.</returns>
    public (int Running, int Waiting, int Paused) Count()
    {
        var runs = FindRuns(space: null, subscriptionId: null);
        var running = runs.Count(static run => run.HasTurn);
        var paused = runs.Count(static run => run is { HasTurn: false, Replay.State: ReplayState.Paused });
        return (running, runs.Count - running - paused, paused);
    }

    /// <summary>Finds a replay. Returns null when the space has none with that id.</summary>
    public Replay? Find(string space, string id) => FindRun(space, id)?.Replay;

    /// <summary>Pauses or resumes a replay.</summary>
    /// <param name="id">The replay's id.</param>
    /// <param name="pause">Whether to pause it. Events that are already stored for delivery are delivered anyway.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False when there is no such replay, or it has ended.</returns>
    /// <exception cref="IOException">It is paused or resumed, but that cannot be stored now.</exception>
    public async ValueTask<bool> TryPauseAsync(string space, string id, bool pause, CancellationToken cancellationToken)
    {
        if (FindRun(space, id) is not { } run || !run.TryPause(pause))
        {
            return false;
        }

        await SaveAsync(run, cancellationToken);
        return true;
    }

    /// <summary>Ends an active replay, or removes one that has ended.</summary>
    /// <param name="id">The replay's id.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">It is ended or removed, but that cannot be stored now.</exception>
    public async ValueTask<bool> CancelAsync(string space, string id, CancellationToken cancellationToken)
    {
        if (FindRun(space, id) is not { } run)
        {
            return false;
        }

        if (run.TryEnd(ReplayState.Cancelled))
        {
            await SaveAsync(run, cancellationToken);
        }
        else
        {
            Remove(run);
            await DeleteAsync(run, cancellationToken);
        }

        return true;
    }

    /// <summary>Stops all replays. They continue after a restart.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] tasks;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            tasks = [.. _tasks];
        }

        await _stop.CancelAsync();
        await Task.WhenAll(tasks);
        _stop.Dispose();
        _saving.Dispose();
        _turns.Dispose();
    }

    private void Begin(ReplayRun run)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _tasks.RemoveAll(task => task.IsCompleted);
                _tasks.Add(Task.Run(() => RunAsync(run)));
            }
        }
    }

    private ReplayRun? FindRun(string space, string id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(space, out var runs) ? runs.Find(run => run.Replay.Id == id) : null;
        }
    }

    private void Remove(ReplayRun run)
    {
        lock (_lock)
        {
            var space = run.Replay.Subscription.Space;
            if (_runs.TryGetValue(space, out var runs) && runs.Remove(run) && runs.Count == 0)
            {
                _runs.Remove(space);
            }
        }
    }

    // Must be called inside the lock. When there are too many, removes one that has ended.
    private bool TryAdd(ReplayRun run, out ReplayRun? removed)
    {
        removed = null;
        var space = run.Replay.Subscription.Space;
        if (!_runs.TryGetValue(space, out var runs))
        {
            _runs[space] = runs = [];
        }

        if (runs.Count >= MaxPerSpace)
        {
            removed = runs.Find(earlier => !earlier.IsActive);
            if (removed is null)
            {
                return false;
            }

            runs.Remove(removed);
        }

        runs.Add(run);
        return true;
    }
}
