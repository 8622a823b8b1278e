using System.Runtime.CompilerServices;

namespace EventGateway.Abstractions;

/// <summary>
/// The clock that waits are measured by. It starts at the wall clock's time and goes on with the monotonic timestamp, so
/// setting the wall clock makes no wait shorter or longer. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Its times are only comparable with each other, within one process. What is shown to people, signed, or sent to others
/// takes the wall clock.
/// </remarks>
public sealed class SteadyTimeProvider : TimeProvider
{
    // Two clocks are never read at the same moment, so a smaller difference says nothing.
    private static readonly TimeSpan MinStep = TimeSpan.FromSeconds(1);

    private static readonly ConditionalWeakTable<TimeProvider, SteadyTimeProvider> Known = [];

    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _start;
    private readonly long _startTimestamp;
    private long _aheadTicks;

    private SteadyTimeProvider(TimeProvider clock)
    {
        _clock = clock;
        _start = clock.GetUtcNow();
        _startTimestamp = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _clock.LocalTimeZone;

    /// <summary>
    /// How far the wall clock is ahead of this one, because it was set since the start. Negative when it is behind. The value
    /// changes only when the clock was set by a second or more: each reading in between returns the same one.
    /// </summary>
    public TimeSpan ClockAhead
    {
        get
        {
            var ahead = _clock.GetUtcNow() - GetUtcNow();
            var last = TimeSpan.FromTicks(Volatile.Read(ref _aheadTicks));
            if ((ahead - last).Duration() < MinStep)
            {
                return last;
            }

            // A thread that read the clocks at the same time has stored nearly the same value, which then counts for both.
            var found = Interlocked.CompareExchange(ref _aheadTicks, ahead.Ticks, last.Ticks);
            return found == last.Ticks ? ahead : TimeSpan.FromTicks(found);
        }
    }

    /// <summary>Returns the steady clock of a wall clock: always the same one, so that all parts of the program agree.</summary>
    /// <param name="clock">The wall clock. A steady clock is returned unchanged.</param>
    public static SteadyTimeProvider Of(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return clock as SteadyTimeProvider ?? Known.GetValue(clock, static clock => new SteadyTimeProvider(clock));
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + _clock.GetElapsedTime(_startTimestamp);

    /// <inheritdoc/>
    public override long GetTimestamp() => _clock.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _clock.CreateTimer(callback, state, dueTime, period);
}
