namespace EventGateway.Functions.Aws.Batching;

/// <summary>What one caller wants sent.</summary>
/// <param name="Data">The event; memory that stays as it is until the caller has its outcome, or has gone.</param>
/// <param name="Size">What it counts for in the service's limit, in bytes.</param>
/// <param name="Key">The partition key or the message group. Not set: the service wants none.</param>
/// <param name="Id">Identifies the event, for services that drop repetitions. Not set: this one does not.</param>
internal sealed record BatchRecord(ReadOnlyMemory<byte> Data, int Size, string? Key = null, string? Id = null)
{
    /// <summary>The <c>Via</c> of the request that brought the event. Null: there is none.</summary>
    public string? Via { get; init; }
}
