using System.Security.Cryptography;
using EventGateway.Core.Registry;
using EventGateway.Core.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Core.Delivery;

/// <summary>
/// Delivers events of the log to a subscription once more, oldest first, no faster than the store takes them on. Replays
/// are in memory only: the end of the process ends them. Safe for concurrent use.
/// </summary>
public sealed partial class Replays : IAsyncDisposable
{
    /// <summary>How many replays of a space are remembered, those that go on and those that have ended.</summary>
    public const int MostPerSpace = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<ReplayRun>> _runs = new(StringComparer.Ordinal);
    private readonly IEventLog _log;
    private readonly Dispatcher _dispatcher;
    private readonly IRouteDirectory _routes;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<Replays> _logger;
    private readonly List<Task> _tasks = [];

    /// <summary>Creates the replays of a store, none at first.</summary>
    /// <param name="log">Where the events are.</param>
    /// <param name="dispatcher">Delivers them, at least once.</param>
    /// <param name="routes">Finds the subscription while the replay goes on.</param>
    /// <param name="timeProvider">The clock; the store's too.</param>
    /// <param name="logger">Where failures are told.</param>
    public Replays(IEventLog log, Dispatcher dispatcher, IRouteDirectory routes, TimeProvider timeProvider, ILogger<Replays> logger)
    {
        _log = log;
        _dispatcher = dispatcher;
        _routes = routes;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Begins a replay.</summary>
    /// <param name="subscription">The subscription that the request names.</param>
    /// <param name="request">What to replay.</param>
    /// <returns>The replay. Not set: too many replays of the space go on already.</returns>
    public Replay? Start(Subscription subscription, ReplayRequest request)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(request);
        var now = _timeProvider.GetUtcNow();
        var run = new ReplayRun(new Replay
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            Subscription = SubscriptionKey.Of(subscription),
            From = request.From?.ToUniversalTime(),
            To = request.To < now ? request.To.Value.ToUniversalTime() : now,
            EventTypes = request.EventTypes is null ? [subscription.EventType] : [.. request.EventTypes.Distinct()],
            CreatedAt = now,
        });
        lock (_lock)
        {
            if (!TryRemember(run))
            {
                run.Dispose();
                return null;
            }

            _tasks.RemoveAll(task => task.IsCompleted);
            _tasks.Add(Task.Run(() => RunAsync(run)));
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

    /// <summary>Finds a replay. Not set: there is none of that id in the space.</summary>
    public Replay? Find(string space, string id) => FindRun(space, id)?.Replay;

    /// <summary>Holds a replay, or lets it go on again.</summary>
    /// <param name="space">The space.</param>
    /// <param name="id">The replay's id.</param>
    /// <param name="pause">Whether to hold it. What it has handed over already is delivered all the same.</param>
    /// <returns>False where it is not there, or has ended.</returns>
    public bool TryPause(string space, string id, bool pause) => FindRun(space, id)?.TryPause(pause) ?? false;

    /// <summary>Ends a replay that goes on; one that has ended is forgotten.</summary>
    /// <param name="space">The space.</param>
    /// <param name="id">The replay's id.</param>
    /// <returns>Whether there was one.</returns>
    public bool Cancel(string space, string id)
    {
        if (FindRun(space, id) is not { } run)
        {
            return false;
        }

        if (!run.TryEnd(ReplayState.Cancelled))
        {
            lock (_lock)
            {
                _runs[space].Remove(run);
            }
        }

        return true;
    }

    /// <summary>Ends all replays.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] tasks;
        lock (_lock)
        {
            foreach (var run in _runs.Values.SelectMany(runs => runs))
            {
                run.TryEnd(ReplayState.Cancelled);
            }

            tasks = [.. _tasks];
        }

        await Task.WhenAll(tasks);
    }

    private ReplayRun? FindRun(string space, string id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(space, out var runs) ? runs.Find(run => run.Replay.Id == id) : null;
        }
    }

    // Needs the lock.
    private bool TryRemember(ReplayRun run)
    {
        var space = run.Replay.Subscription.Space;
        if (!_runs.TryGetValue(space, out var runs))
        {
            _runs[space] = runs = [];
        }

        if (runs.Count >= MostPerSpace)
        {
            var ended = runs.FindIndex(earlier => !earlier.GoesOn);
            if (ended < 0)
            {
                return false;
            }

            runs.RemoveAt(ended);
        }

        runs.Add(run);
        return true;
    }
}
