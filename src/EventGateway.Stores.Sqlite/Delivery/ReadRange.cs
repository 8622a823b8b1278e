namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Which rows of a subscription to read next.</summary>
/// <param name="Segment">The segment whose file has them.</param>
/// <param name="Number">The number of the subscription in the file.</param>
/// <param name="From">The first row.</param>
/// <param name="End">Where to stop, before this row.</param>
/// <param name="Length">How many at most.</param>
/// <param name="Bytes">From how many bytes on to read no further row.</param>
internal sealed record ReadRange(Segment Segment, long Number, QueuePosition From, QueuePosition End, int Length, long Bytes);
