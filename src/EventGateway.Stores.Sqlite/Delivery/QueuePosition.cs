namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The place of a delivery among those of its subscription, across all files: what is due first comes first. No two rows
/// share one, and one that is written later never lies before what has been read (see <see cref="StoreClock"/>).
/// </summary>
/// <param name="Due">When it is due, in microseconds since 1970.</param>
/// <param name="N">Tells those apart that are due at once; grows with each row that is written.</param>
internal readonly record struct QueuePosition(long Due, long N) : IComparable<QueuePosition>
{
    public static bool operator <(QueuePosition left, QueuePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(QueuePosition left, QueuePosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(QueuePosition left, QueuePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(QueuePosition left, QueuePosition right) => left.CompareTo(right) >= 0;

    public int CompareTo(QueuePosition other) => Due == other.Due ? N.CompareTo(other.N) : Due.CompareTo(other.Due);
}
