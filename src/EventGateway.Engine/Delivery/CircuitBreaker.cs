namespace EventGateway.Engine.Delivery;

/// <summary>
/// Counts the failures of a function and says when to leave it alone: after ten in a row, for one second, and twice as long
/// after each probe that fails, up to a minute. Not safe for concurrent use.
/// </summary>
internal sealed class CircuitBreaker
{
    private const int FailuresInARow = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private int _failures;
    private TimeSpan _pause = FirstPause;

    /// <summary>Whether the function is called.</summary>
    public CircuitState State { get; private set; }

    /// <summary>Counts a call that the function took.</summary>
    public void Succeed()
    {
        _failures = 0;
        _pause = FirstPause;
        State = CircuitState.Closed;
    }

    /// <summary>Counts a call that failed.</summary>
    /// <returns>How long to leave the function alone from now on. Not set: go on as before.</returns>
    public TimeSpan? Fail()
    {
        _failures++;
        if (State is CircuitState.Open || (State is CircuitState.Closed && _failures < FailuresInARow))
        {
            return null;
        }

        State = CircuitState.Open;
        var pause = _pause;
        _pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        return pause;
    }

    /// <summary>The pause is over: the next call is a probe.</summary>
    public void Probe() => State = CircuitState.HalfOpen;
}
