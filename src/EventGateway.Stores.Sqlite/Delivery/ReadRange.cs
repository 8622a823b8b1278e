namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Which rows of a subscription to read next.</summary>
/// <param name="Segment">The segment whose file has them.</param>
/// <param name="Number">The number of the subscription in the file.</param>
/// <param name="From">The first row.</param>
/// <param name="End">The row after the last one.</param>
/// <param name="Length">How many at most.</param>
/// <param name="Bytes">Reading stops after this many bytes.</param>
internal sealed record ReadRange(Segment Segment, long Number, QueuePosition From, QueuePosition End, int Length, long Bytes);
