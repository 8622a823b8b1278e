namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The place of a delivery among those of its subscription, across all files, ordered by due time. Each row has its own, and
/// a new row never gets a place before rows that were read (see <see cref="StoreClock"/>).
/// </summary>
/// <param name="Due">When it is due, in microseconds since 1970.</param>
/// <param name="N">Orders deliveries that are due at the same time. Grows with each row that is written.</param>
internal readonly record struct QueuePosition(long Due, long N) : IComparable<QueuePosition>
{
    public static bool operator <(QueuePosition left, QueuePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(QueuePosition left, QueuePosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(QueuePosition left, QueuePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(QueuePosition left, QueuePosition right) => left.CompareTo(right) >= 0;

    public int CompareTo(QueuePosition other) => Due == other.Due ? N.CompareTo(other.N) : Due.CompareTo(other.Due);
}
