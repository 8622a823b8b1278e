namespace EventGateway.Sqlite.Delivery;

/// <summary>
/// Numbers the rows of deliveries, and says how far they may be read so that none that is being written is missed: a
/// reader goes on from the last row that it read, so a row must never turn up before that.
/// </summary>
/// <param name="timeProvider">The clock. Where it steps back, time stands still until it has caught up.</param>
/// <param name="first">The number of the first row; above those of all rows that exist.</param>
internal sealed class StoreClock(TimeProvider timeProvider, long first)
{
    private readonly Lock _gate = new();
    private long _now;
    private long _next = first;
    private Position? _groupStart;

    /// <summary>The time, in microseconds since 1970.</summary>
    public long Now()
    {
        lock (_gate)
        {
            return Tick();
        }
    }

    /// <summary>Begins to write rows. Only one group is written at a time.</summary>
    /// <returns>The earliest time that rows of the group may be due.</returns>
    public long BeginGroup()
    {
        lock (_gate)
        {
            _groupStart = new Position(Tick(), _next);
            return _now;
        }
    }

    /// <summary>The position of a row of the group.</summary>
    /// <param name="due">When it is due; not before the group began.</param>
    public Position Number(long due) => new(due, _next++);

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
    public Position Horizon(out long now)
    {
        lock (_gate)
        {
            now = Tick();
            return _groupStart ?? new Position(now, _next);
        }
    }

    private long Tick() => _now = Math.Max(_now, Times.ToMicroseconds(timeProvider.GetUtcNow()));
}
