using EventGateway.Abstractions;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Numbers the rows of deliveries, and says how far they may be read so that none that is being written is missed: a
/// reader goes on from the last row that it read, so a row must never turn up before that.
/// </summary>
/// <remarks>
/// The store's time follows the steady clock, so setting the wall clock changes no wait. It goes on from where it was when
/// the store was closed, even if the wall clock was set back since: what was due then is due now.
/// </remarks>
/// <param name="timeProvider">The clock.</param>
/// <param name="first">The number of the first row; above those of all rows that exist.</param>
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

    /// <summary>Converts a time of the store to the wall clock's as it is set now, in microseconds since 1970.</summary>
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
    /// <param name="due">When it is due; not before the group began.</param>
    public QueuePosition Number(long due) => new(due, _next++);

    /// <summary>Says that the rows of the group can be read and that their queues know of them, or that there are none.</summary>
    public void EndGroup()
    {
        lock (_gate)
        {
            _groupStart = null;
        }
    }

    /// <summary>How far rows may be read: those that are due and before what is being written, or will be.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The end; it may not be read itself.</returns>
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
