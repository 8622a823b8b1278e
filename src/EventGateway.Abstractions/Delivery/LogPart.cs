namespace EventGateway.Abstractions.Delivery;

/// <summary>A part of the event log, oldest event first.</summary>
/// <param name="Events">The events, each as structured JSON of its own spec version.</param>
/// <param name="Next">The position of the next part. Null when this is the last one.</param>
public sealed record LogPart(IReadOnlyList<ReadOnlyMemory<byte>> Events, string? Next)
{
    /// <summary>How long to wait before the next part is read, because its file is being repaired. Null means no wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
