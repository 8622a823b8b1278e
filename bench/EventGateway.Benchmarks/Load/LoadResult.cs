namespace EventGateway.Benchmarks.Load;

/// <summary>What one run of the load generator saw.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="Refused">Those of them with a status of 400 or more.</param>
/// <param name="Failed">Requests without an answer: connection errors and timeouts.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="P50">The median latency.</param>
/// <param name="P99">The latency that 99 of 100 answers kept below.</param>
internal sealed record LoadResult(long Requests, long Refused, long Failed, TimeSpan Duration, TimeSpan P50, TimeSpan P99)
{
    /// <summary>Requests that succeeded, per second.</summary>
    public double Rate => (Requests - Refused) / Duration.TotalSeconds;
}
