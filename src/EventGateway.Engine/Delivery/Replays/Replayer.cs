using System.Security.Cryptography;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Replays;

/// <summary>
/// Delivers events of the log to a subscription once more, oldest first, no faster than the store takes them on. Replays
/// are stored as they go on, and go on after a restart. Safe for concurrent use.
/// </summary>
public sealed partial class Replayer : IAsyncDisposable
{
    /// <summary>How many replays of a space are remembered, those that go on and those that have ended.</summary>
    public const int MostPerSpace = 100;

    /// <summary>How many replays read the log and hand events over at once. The others wait for their turn, which ends with each 64 events.</summary>
    public const int MostAtOnce = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<ReplayRun>> _runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _saving = new(1);
    private readonly SemaphoreSlim _turns = new(MostAtOnce);
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
    /// <param name="log">Where the events are.</param>
    /// <param name="store">Keeps the replays.</param>
    /// <param name="backlog">Stores the events for delivery, at least once.</param>
    /// <param name="routes">Finds the subscription while the replay goes on.</param>
    /// <param name="timeProvider">The clock; the store's too.</param>
    /// <param name="logger">Where failures are told.</param>
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

    /// <summary>Goes on with the replays from before a restart. Once, before anything else, when the subscriptions are known.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async ValueTask RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var replay in await _store.ListAsync(cancellationToken))
        {
            var run = new ReplayRun(replay, _stop.Token);
            lock (_lock)
            {
                TryRemember(run, out _);
            }

            if (run.GoesOn)
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
    /// <returns>The replay, stored. Not set: too many replays of the space go on already.</returns>
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
        bool remembered;
        ReplayRun? forgotten;
        lock (_lock)
        {
            remembered = TryRemember(run, out forgotten);
        }

        if (!remembered)
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
            Forget(run);
            run.Dispose();
            throw;
        }

        Begin(run);
        if (forgotten is not null)
        {
            await DeleteAsync(forgotten, cancellationToken);
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

    /// <summary>Counts the replays that go on.</summary>
    /// <returns>How many have their turn, how many wait for it or for a subscription or room in the store, and how many are paused.</returns>
    public (int Running, int Waiting, int Paused) Count()
    {
        var runs = FindRuns(space: null, subscriptionId: null);
        var running = runs.Count(static run => run.HasTurn);
        var paused = runs.Count(static run => run is { HasTurn: false, Replay.State: ReplayState.Paused });
        return (running, runs.Count - running - paused, paused);
    }

    /// <summary>Finds a replay. Not set: there is none of that id in the space.</summary>
    public Replay? Find(string space, string id) => FindRun(space, id)?.Replay;

    /// <summary>Holds a replay, or lets it go on again.</summary>
    /// <param name="space">The space.</param>
    /// <param name="id">The replay's id.</param>
    /// <param name="pause">Whether to hold it. What it has handed over already is delivered all the same.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False where it is not there, or has ended.</returns>
    /// <exception cref="IOException">It is held, or goes on, but that cannot be stored now.</exception>
    public async ValueTask<bool> TryPauseAsync(string space, string id, bool pause, CancellationToken cancellationToken)
    {
        if (FindRun(space, id) is not { } run || !run.TryPause(pause))
        {
            return false;
        }

        await SaveAsync(run, cancellationToken);
        return true;
    }

    /// <summary>Ends a replay that goes on; one that has ended is forgotten.</summary>
    /// <param name="space">The space.</param>
    /// <param name="id">The replay's id.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">It has ended, or is forgotten, but that cannot be stored now.</exception>
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
            Forget(run);
            await DeleteAsync(run, cancellationToken);
        }

        return true;
    }

    /// <summary>Stops all replays where they are; they go on after a restart.</summary>
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

    private void Forget(ReplayRun run)
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

    // Needs the lock. Where there are too many, one that has ended is forgotten.
    private bool TryRemember(ReplayRun run, out ReplayRun? forgotten)
    {
        forgotten = null;
        var space = run.Replay.Subscription.Space;
        if (!_runs.TryGetValue(space, out var runs))
        {
            _runs[space] = runs = [];
        }

        if (runs.Count >= MostPerSpace)
        {
            forgotten = runs.Find(earlier => !earlier.GoesOn);
            if (forgotten is null)
            {
                return false;
            }

            runs.Remove(forgotten);
        }

        runs.Add(run);
        return true;
    }
}
