namespace EventGateway.Abstractions.Delivery;

/// <summary>Events of the log, those accepted first first.</summary>
/// <param name="Events">Each as structured JSON of its own spec version.</param>
/// <param name="Next">The position where the next part begins. Not set: this is the last one.</param>
public sealed record LogPart(IReadOnlyList<ReadOnlyMemory<byte>> Events, string? Next)
{
    /// <summary>How long to wait before the next part is read, because its file is being mended. Null means that there is no need to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
