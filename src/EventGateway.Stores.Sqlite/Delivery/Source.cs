namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Rows of a subscription in one file that have not been read.</summary>
/// <param name="period">The period whose file has them.</param>
/// <param name="number">The number of the subscription in the file.</param>
/// <param name="next">The first of them. Those before it have been read, or are in memory.</param>
internal sealed class Source(Period period, long number, Position next)
{
    public Period Period => period;

    public long Number => number;

    public Position Next { get; set; } = next;
}
