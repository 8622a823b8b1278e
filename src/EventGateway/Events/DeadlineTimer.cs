namespace EventGateway.Events;

/// <summary>
/// A timer for the next of several deadlines, which are time stamps of its clock. It is set again only for an earlier deadline: to
/// move one costs a time stamp. Its caller checks the deadlines when it wakes.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="wake">Called at a deadline or before it.</param>
/// <param name="state">The argument of the call.</param>
internal struct DeadlineTimer(TimeProvider time, TimerCallback wake, object state) : IDisposable
{
    /// <summary>The deadline that never comes.</summary>
    public const long Never = long.MaxValue;

    private readonly ITimer _timer = time.CreateTimer(wake, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private long _wakesAt = Never;

    /// <summary>Returns the deadline that comes after a time from now.</summary>
    public readonly long After(TimeSpan wait) => time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);

    /// <summary>Sets the timer for a deadline, unless it wakes earlier.</summary>
    public void Arm(long deadline)
    {
        if (deadline < _wakesAt)
        {
            ArmAgain(deadline);
        }
    }

    /// <summary>Sets the timer for a deadline after it has woken.</summary>
    public void ArmAgain(long deadline)
    {
        _wakesAt = deadline;
        if (deadline != Never)
        {
            // Rounded up, because a timer that wakes too early wakes again at once.
            var left = TimeSpan.FromSeconds((deadline - time.GetTimestamp()) / (double)time.TimestampFrequency);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(left.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public readonly void Dispose() => _timer.Dispose();
}
