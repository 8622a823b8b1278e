namespace EventGateway.Functions.Aws.Batching;

/// <summary>Makes the batch calls of one function.</summary>
internal interface IBatchSender
{
    /// <summary>Sends records in one call.</summary>
    /// <param name="records">The records, within the limits of the service.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for any of them any more; nothing else is thrown.</param>
    /// <returns>What became of each, in the order of <paramref name="records"/>.</returns>
    ValueTask<BatchItem[]> SendAsync(IReadOnlyList<BatchRecord> records, CancellationToken cancellationToken);
}
