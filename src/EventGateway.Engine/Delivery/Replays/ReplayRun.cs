using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Replays;

/// <summary>A replay that runs: its state, and whether it may continue.</summary>
internal sealed class ReplayRun : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancel;
    private TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _routed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Replay _replay;
    private volatile bool _hasTurn;

    /// <summary>Begins or continues a replay.</summary>
    /// <param name="replay">The stored state.</param>
    /// <param name="stop">Cancelled when the process stops.</param>
    public ReplayRun(Replay replay, CancellationToken stop)
    {
        _replay = replay;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Cancelled = _cancel.Token;
        if (replay.State is not ReplayState.Paused)
        {
            _resumed.SetResult();
        }
    }

    /// <summary>The current state.</summary>
    public Replay Replay
    {
        get
        {
            lock (_lock)
            {
                return _replay;
            }
        }
    }

    /// <summary>Whether it has not ended.</summary>
    public bool IsActive => Replay.State is ReplayState.Running or ReplayState.Paused;

    /// <summary>Whether it reads the log or stores deliveries now.</summary>
    public bool HasTurn
    {
        get => _hasTurn;
        set => _hasTurn = value;
    }

    /// <summary>Cancelled when it has ended, or the process stops.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Completes when the subscription or its function next comes into force.</summary>
    public Task Routed
    {
        get
        {
            lock (_lock)
            {
                return _routed.Task;
            }
        }
    }

    /// <summary>Notes that the subscription or its function came into force.</summary>
    public void NoteRoute()
    {
        lock (_lock)
        {
            _routed.SetResult();
            _routed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Pauses or resumes it.</summary>
    /// <returns>False when it has ended.</returns>
    public bool TryPause(bool pause)
    {
        lock (_lock)
        {
            if (_replay.State is not (ReplayState.Running or ReplayState.Paused))
            {
                return false;
            }

            if (!pause)
            {
                _replay = _replay with { State = ReplayState.Running };
                _resumed.TrySetResult();
            }
            else if (_replay.State is ReplayState.Running)
            {
                _replay = _replay with { State = ReplayState.Paused };
                _resumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return true;
        }
    }

    /// <summary>Ends it for good.</summary>
    /// <returns>False when it had ended before.</returns>
    public bool TryEnd(ReplayState state, string? error = null)
    {
        lock (_lock)
        {
            if (_replay.State is not (ReplayState.Running or ReplayState.Paused))
            {
                return false;
            }

            _replay = _replay with { State = state, Error = error };

            // Must not run the continuations inside the lock.
            _ = _cancel.CancelAsync();
            return true;
        }
    }

    /// <summary>Notes that events were stored for delivery.</summary>
    /// <param name="replayed">How many.</param>
    /// <param name="position">The position in the log to continue from.</param>
    public void Advance(int replayed, string? position)
    {
        lock (_lock)
        {
            _replay = _replay with { Replayed = _replay.Replayed + replayed, Position = position };
        }
    }

    /// <summary>Waits while it is paused.</summary>
    public Task WhilePausedAsync()
    {
        lock (_lock)
        {
            return _resumed.Task.WaitAsync(Cancelled);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _cancel.Dispose();
        }
    }
}
