namespace EventGateway.Core.Functions;

/// <summary>What the status of an HTTP function's answer means.</summary>
internal static class HttpOutcome
{
    /// <summary>Tells success, failures that may pass and failures that stay.</summary>
    /// <param name="status">The status. 3xx is never followed, since it could lead anywhere, and so stays.</param>
    public static FunctionOutcome Classify(int status) => status switch
    {
        >= 200 and < 300 => FunctionOutcome.Success,
        // Not there yet, busy, or too early: what a deployment in progress or an overloaded function answers.
        404 or 408 or 409 or 425 or 429 or >= 500 => FunctionOutcome.Retryable,
        _ => FunctionOutcome.Permanent,
    };

    /// <summary>Reads <c>Retry-After</c> of a 429 or 503.</summary>
    /// <returns>The time to wait, never negative; null where the answer does not say.</returns>
    public static TimeSpan? ReadRetryAfter(HttpResponseMessage response, TimeProvider timeProvider)
    {
        if ((int)response.StatusCode is not (429 or 503) || response.Headers.RetryAfter is not { } retryAfter)
        {
            return null;
        }

        var wait = retryAfter.Delta ?? retryAfter.Date - timeProvider.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
