namespace EventGateway.Functions.Aws.Batching;

/// <summary>Makes the batch calls of one function.</summary>
internal interface IBatchSender
{
    /// <summary>Sends records in one call.</summary>
    /// <param name="records">The records, within the limits of the service.</param>
    /// <param name="cancellationToken">Cancelled when no caller waits any more. The only exception that is thrown is for this.</param>
    /// <returns>The outcome of each record, in the order of <paramref name="records"/>.</returns>
    ValueTask<BatchItem[]> SendAsync(IReadOnlyList<BatchRecord> records, CancellationToken cancellationToken);
}
