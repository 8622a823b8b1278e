namespace EventGateway.Functions.Aws.Batching;

/// <summary>How much one call may carry.</summary>
/// <param name="Records">The most records.</param>
/// <param name="Bytes">The most bytes of all records together; a single record that is larger is sent alone.</param>
/// <param name="RecordBytes">The most bytes of a record that the service takes of anybody; what is larger is not sent at all.</param>
internal sealed record BatchLimits(int Records, int Bytes, int RecordBytes)
{
    /// <summary>How many calls may be under way at once; beyond the first, only full ones and those that have waited too long. Default: 16.</summary>
    public int Calls { get; init; } = 16;
}
