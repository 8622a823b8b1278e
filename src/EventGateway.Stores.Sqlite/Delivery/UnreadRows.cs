namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Rows of a subscription in one file that have not been read.</summary>
/// <param name="segment">The segment whose file has them.</param>
/// <param name="number">The number of the subscription in the file.</param>
/// <param name="next">The first of them. Earlier rows have been read, or are in memory.</param>
internal sealed class UnreadRows(Segment segment, long number, QueuePosition next)
{
    public Segment Segment => segment;

    public long Number => number;

    public QueuePosition Next { get; set; } = next;
}
