namespace EventGateway.Aws.Batching;

/// <summary>How much one call may carry.</summary>
/// <param name="Records">The most records.</param>
/// <param name="Bytes">The most bytes of all records together; a single record that is larger is sent alone, for the service to judge.</param>
internal sealed record BatchLimits(int Records, int Bytes)
{
    /// <summary>How many calls may be under way at once; beyond the first, only full ones. Default: 16.</summary>
    public int Calls { get; init; } = 16;
}
