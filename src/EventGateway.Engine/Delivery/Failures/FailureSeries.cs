using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Failures;

/// <summary>The failed attempts of one subscription since its last success. Times are of the steady clock. Safe for concurrent use.</summary>
/// <param name="since">When the first one failed.</param>
/// <param name="last">When the last one failed.</param>
/// <param name="stage">The stage that they have reached. <see cref="FailureStage.Over"/> counts as the stage before it.</param>
internal sealed class FailureSeries(DateTimeOffset since, DateTimeOffset last, FailureStage stage)
{
    // A series that ends within this time is not stored, so a function that fails now and then causes no writes.
    private static readonly TimeSpan MaxUnstored = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _since = since;
    private DateTimeOffset _last = last;
    private FailureStage _stage = stage < FailureStage.Over ? stage : FailureStage.ThreeQuarters;
    private bool _isDisabling;

    /// <summary>When the first attempt failed, when the last one did, and the stage, which is never <see cref="FailureStage.Over"/>.</summary>
    public (DateTimeOffset Since, DateTimeOffset Last, FailureStage Stage) Read()
    {
        lock (_lock)
        {
            return (_since, _last, _stage);
        }
    }

    /// <summary>Adds a failed attempt.</summary>
    /// <param name="now">When it failed.</param>
    /// <param name="waiting">Since when its event has waited here. The time from then on is no pause, whatever held the event.</param>
    /// <param name="limit">How long the attempts may fail.</param>
    /// <param name="maxPause">The longest pause. After a longer one the series begins anew.</param>
    /// <param name="mustStore">Whether the stored series is out of date now.</param>
    /// <returns>
    /// The stage that it has just reached. Null when it is in the same stage as before. <see cref="FailureStage.Over"/> is returned
    /// once, and again after <see cref="TryAgain"/>.
    /// </returns>
    public FailureStage? Add(DateTimeOffset now, DateTimeOffset waiting, TimeSpan limit, TimeSpan maxPause, out bool mustStore)
    {
        lock (_lock)
        {
            mustStore = false;
            if (waiting - _last > maxPause)
            {
                mustStore = _stage > FailureStage.Begun;
                (_since, _stage, _isDisabling) = (now, FailureStage.Begun, false);
            }

            _last = now;
            var reached = StageOf(now - _since, limit);
            if (reached is FailureStage.Over)
            {
                return BeginDisabling(ref mustStore);
            }

            if (reached <= _stage)
            {
                return null;
            }

            mustStore = true;
            return _stage = reached;
        }
    }

    /// <summary>Notes that the subscription could not be disabled. The next failed attempt tries again.</summary>
    public void TryAgain()
    {
        lock (_lock)
        {
            _isDisabling = false;
        }
    }

    // The stage stays one before, so that a process that ends meanwhile tries again. Must be called inside the lock.
    private FailureStage? BeginDisabling(ref bool mustStore)
    {
        mustStore |= _stage < FailureStage.ThreeQuarters;
        _stage = FailureStage.ThreeQuarters;
        if (_isDisabling)
        {
            return null;
        }

        _isDisabling = true;
        return FailureStage.Over;
    }

    private static FailureStage StageOf(TimeSpan failing, TimeSpan limit) =>
        failing >= limit ? FailureStage.Over
        : failing >= limit * 0.75 ? FailureStage.ThreeQuarters
        : failing >= limit / 2 ? FailureStage.Half
        : failing >= limit / 4 ? FailureStage.Quarter
        : failing >= MaxUnstored || failing >= limit / 16 ? FailureStage.Kept
        : FailureStage.Begun;
}
