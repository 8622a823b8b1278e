using EventGateway.Abstractions.Delivery;

namespace EventGateway.Tests.Api.Delivery;

/// <summary>Replays in a list.</summary>
internal sealed class PlayedReplayStore : IReplayStore
{
    private readonly Lock _lock = new();
    private readonly List<Replay> _all = [];

    /// <summary>The exception of each write. Null means that writes succeed.</summary>
    public Exception? Fault { get; set; }

    public Replay? Find(string id)
    {
        lock (_lock)
        {
            return _all.Find(replay => replay.Id == id);
        }
    }

    public ValueTask<IReadOnlyList<Replay>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<Replay>>([.. _all]);
        }
    }

    public ValueTask SaveAsync(Replay replay, CancellationToken cancellationToken)
    {
        if (Fault is { } fault)
        {
            throw fault;
        }

        lock (_lock)
        {
            var place = _all.FindIndex(other => other.Id == replay.Id);
            if (place < 0)
            {
                _all.Add(replay);
            }
            else
            {
                _all[place] = replay;
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(string space, string replayId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _all.RemoveAll(replay => replay.Subscription.Space == space && replay.Id == replayId);
        }

        return ValueTask.CompletedTask;
    }
}
