using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Failures;

/// <summary>The failed attempts of one subscription since its last success. Times are of the steady clock. Safe for concurrent use.</summary>
/// <param name="since">When the first one failed.</param>
/// <param name="last">When the last one failed.</param>
/// <param name="stage">The stage that they have reached.</param>
internal sealed class FailureSeries(DateTimeOffset since, DateTimeOffset last, FailureStage stage)
{
    // A series that ends within this time is not stored, so a function that fails now and then causes no writes.
    private static readonly TimeSpan MaxUnstored = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _since = since;
    private DateTimeOffset _last = last;
    private FailureStage _stage = stage;

    /// <summary>When the first attempt failed, when the last one did, and the stage.</summary>
    public (DateTimeOffset Since, DateTimeOffset Last, FailureStage Stage) Read()
    {
        lock (_lock)
        {
            return (_since, _last, _stage);
        }
    }

    /// <summary>Adds a failed attempt.</summary>
    /// <param name="now">When it failed.</param>
    /// <param name="limit">How long the attempts may fail.</param>
    /// <param name="maxPause">The longest time between two attempts. After a longer one the series begins anew.</param>
    /// <param name="mustStore">Whether the stored series is out of date now.</param>
    /// <returns>The stage that it has just reached. Null when it is in the same stage as before.</returns>
    public FailureStage? Add(DateTimeOffset now, TimeSpan limit, TimeSpan maxPause, out bool mustStore)
    {
        lock (_lock)
        {
            mustStore = false;
            if (now - _last > maxPause)
            {
                mustStore = _stage > FailureStage.Begun;
                (_since, _stage) = (now, FailureStage.Begun);
            }

            _last = now;
            var reached = StageOf(now - _since, limit);
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
            _stage = FailureStage.ThreeQuarters;
        }
    }

    private static FailureStage StageOf(TimeSpan failing, TimeSpan limit) =>
        failing >= limit ? FailureStage.Over
        : failing >= limit * 0.75 ? FailureStage.ThreeQuarters
        : failing >= limit / 2 ? FailureStage.Half
        : failing >= limit / 4 ? FailureStage.Quarter
        : failing >= MaxUnstored || failing >= limit / 16 ? FailureStage.Kept
        : FailureStage.Begun;
}
