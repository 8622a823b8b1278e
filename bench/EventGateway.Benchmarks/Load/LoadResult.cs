namespace EventGateway.Benchmarks.Load;

/// <summary>The result of one run of the load generator.</summary>
/// <param name="Requests">The number of requests that were answered.</param>
/// <param name="Refused">The number of answers with a status of 400 or more.</param>
/// <param name="Failed">The number of requests without an answer: connection errors and timeouts.</param>
/// <param name="Duration">How long the run took.</param>
/// <param name="P50">The median latency.</param>
/// <param name="P99">The 99th percentile of the latency.</param>
internal sealed record LoadResult(long Requests, long Refused, long Failed, TimeSpan Duration, TimeSpan P50, TimeSpan P99)
{
    /// <summary>Successful requests per second.</summary>
    public double Rate => (Requests - Refused) / Duration.TotalSeconds;
}
