namespace EventGateway.Functions.Aws.Batching;

/// <summary>An event that one caller wants to send.</summary>
/// <param name="Data">The event. Its memory does not change until the caller has its outcome or has gone.</param>
/// <param name="Size">The bytes that count towards the service's limit.</param>
/// <param name="Key">The partition key or the message group. Null when the service needs none.</param>
/// <param name="Id">Identifies the event, for services that drop repetitions. Null for others.</param>
internal sealed record BatchRecord(ReadOnlyMemory<byte> Data, int Size, string? Key = null, string? Id = null)
{
    /// <summary>The <c>Via</c> of the request that brought the event. Default: null, none.</summary>
    public string? Via { get; init; }
}
