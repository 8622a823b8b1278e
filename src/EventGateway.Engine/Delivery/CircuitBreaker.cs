namespace EventGateway.Engine.Delivery;

/// <summary>
/// The circuit breaker of a function. Opens after ten failures in a row, for one second, and for twice as long after each probe
/// that fails, up to a minute. Not safe for concurrent use.
/// </summary>
internal sealed class CircuitBreaker
{
    private const int MaxFailures = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    private int _failures;
    private TimeSpan _pause = FirstPause;

    /// <summary>The state.</summary>
    public CircuitState State { get; private set; }

    /// <summary>Counts a call that succeeded.</summary>
    public void Succeed()
    {
        _failures = 0;
        _pause = FirstPause;
        State = CircuitState.Closed;
    }

    /// <summary>Counts a call that failed.</summary>
    /// <returns>How long to call the function no more. Null when the state has not changed.</returns>
    public TimeSpan? Fail()
    {
        _failures++;
        if (State is CircuitState.Open || (State is CircuitState.Closed && _failures < MaxFailures))
        {
            return null;
        }

        State = CircuitState.Open;
        var pause = _pause;
        _pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
        return pause;
    }

    /// <summary>Ends the pause: the next call is a probe.</summary>
    /// <returns>False when there is no pause: a call that began before it has succeeded.</returns>
    public bool Probe()
    {
        if (State is not CircuitState.Open)
        {
            return false;
        }

        State = CircuitState.HalfOpen;
        return true;
    }
}
