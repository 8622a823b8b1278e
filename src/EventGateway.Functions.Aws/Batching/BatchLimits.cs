namespace EventGateway.Functions.Aws.Batching;

/// <summary>The limits of one call.</summary>
/// <param name="Records">The largest number of records.</param>
/// <param name="Bytes">The largest size of all records together, in bytes. A single record that is larger is sent alone.</param>
/// <param name="RecordBytes">The largest record, in bytes, that the service accepts. A larger one is not sent.</param>
internal sealed record BatchLimits(int Records, int Bytes, int RecordBytes)
{
    /// <summary>The largest number of concurrent calls. Calls beyond the first are made only when they are full or have waited too long. Default: 16.</summary>
    public int Calls { get; init; } = 16;
}
