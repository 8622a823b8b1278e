using EventGateway.Abstractions;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Numbers the rows of deliveries, and limits how far they may be read, so that a row that is being written is not missed.
/// A reader continues after the last row that it read, so a new row must never get a place before that.
/// </summary>
/// <remarks>
/// The store's time follows the steady clock, so setting the wall clock changes no wait. It continues from where it was when
/// the store was closed, even if the wall clock was set back since. Deliveries that were due then are still due.
/// </remarks>
/// <param name="first">The number of the first row. It must be larger than those of all existing rows.</param>
/// <param name="earliest">The earliest time to start at, in microseconds since 1970. Default: the clock's.</param>
internal sealed class StoreClock(TimeProvider timeProvider, long first, long earliest = 0)
{
    private readonly Lock _gate = new();
    private readonly SteadyTimeProvider _steady = SteadyTimeProvider.Of(timeProvider);
    private readonly long _ahead = Math.Max(0, earliest - UnixMicroseconds.Of(SteadyTimeProvider.Of(timeProvider).GetUtcNow()));
    private long _now;
    private long _next = first;
    private QueuePosition? _groupStart;

    /// <summary>The store's time, in microseconds since 1970.</summary>
    public long Now()
    {
        lock (_gate)
        {
            return Tick();
        }
    }

    /// <summary>Converts a time of the steady clock to the store's.</summary>
    public long FromSteady(DateTimeOffset time) => FromSteady(UnixMicroseconds.Of(time));

    /// <summary>Converts a time of the steady clock, in microseconds since 1970, to the store's.</summary>
    public long FromSteady(long time) => time + _ahead;

    /// <summary>Converts a time of the store to the steady clock's.</summary>
    public DateTimeOffset ToSteady(long time) => UnixMicroseconds.ToTime(time - _ahead);

    /// <summary>Converts a time of the store to the present wall clock's, in microseconds since 1970.</summary>
    public long ToWall(long time) => time - _ahead + (_steady.ClockAhead.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>Begins to write rows. Only one group is written at a time.</summary>
    /// <returns>The earliest time that rows of the group may be due.</returns>
    public long BeginGroup()
    {
        lock (_gate)
        {
            _groupStart = new QueuePosition(Tick(), _next);
            return _now;
        }
    }

    /// <summary>The position of a row of the group.</summary>
    /// <param name="due">When it is due. Must not be before the group began.</param>
    public QueuePosition Number(long due) => new(due, _next++);

    /// <summary>Ends the group. Its rows can be read and the queues know them, or it failed.</summary>
    public void EndGroup()
    {
        lock (_gate)
        {
            _groupStart = null;
        }
    }

    /// <summary>Returns how far rows may be read: up to now, and not into rows that are being written.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The end of the range, which is not in it.</returns>
    public QueuePosition Horizon(out long now)
    {
        lock (_gate)
        {
            now = Tick();
            return _groupStart ?? new QueuePosition(now, _next);
        }
    }

    private long Tick() => _now = Math.Max(_now, FromSteady(_steady.GetUtcNow()));
}
