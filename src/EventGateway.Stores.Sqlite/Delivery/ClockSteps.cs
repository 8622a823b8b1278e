namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// How far the wall clock was ahead of the steady one for each event of a file, so that ages can be computed although
/// files hold wall clock times. Safe for concurrent use.
/// </summary>
internal sealed class ClockSteps
{
    private readonly Lock _gate = new();
    private readonly List<(long Event, TimeSpan Ahead)> _steps = [];
    private long _latest = long.MaxValue;

    /// <summary>How many steps are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _steps.Count;
            }
        }
    }

    /// <summary>Sets the latest time at which events from before the opening were accepted, in microseconds since 1970.</summary>
    public void SetLatest(long time)
    {
        lock (_gate)
        {
            _latest = time;
        }
    }

    /// <summary>Notes that the clock is this far ahead from an event on.</summary>
    public void Note(long @event, TimeSpan ahead)
    {
        lock (_gate)
        {
            // Numbers of a failed transaction are used again.
            while (_steps is [.., var step] && step.Event >= @event)
            {
                _steps.RemoveAt(_steps.Count - 1);
            }

            if (_steps is not [.., var (_, last)] || last != ahead)
            {
                _steps.Add((@event, ahead));
            }
        }
    }

    /// <summary>Returns how far the clock was ahead when an event was accepted.</summary>
    /// <param name="event">The number of the event in the file.</param>
    /// <param name="accepted">When it was accepted, in microseconds since 1970, by the wall clock.</param>
    public TimeSpan AheadOf(long @event, long accepted)
    {
        lock (_gate)
        {
            for (var i = _steps.Count - 1; i >= 0; i--)
            {
                if (_steps[i].Event <= @event)
                {
                    return _steps[i].Ahead;
                }
            }

            // The event is from before the opening, so it cannot have been accepted after that.
            return accepted > _latest ? TimeSpan.FromMicroseconds(accepted - _latest) : TimeSpan.Zero;
        }
    }
}
