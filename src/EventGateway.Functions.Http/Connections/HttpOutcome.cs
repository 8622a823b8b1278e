using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Functions.Http.Connections;

/// <summary>What the status of an HTTP function's answer means.</summary>
internal static class HttpOutcome
{
    /// <summary>Tells success, failures that may pass and failures that stay.</summary>
    /// <param name="status">The status. 3xx is a failure, and never followed, since it could lead anywhere.</param>
    public static FunctionOutcome Classify(int status) => status switch
    {
        >= 200 and < 300 => FunctionOutcome.Success,
        // The event or the call itself is refused, and would be again; 508 says that it leads in a circle.
        400 or 401 or 403 or 405 or 413 or 415 or 422 or 508 => FunctionOutcome.Permanent,
        410 => FunctionOutcome.Gone,
        // Busy, not deployed yet, moved for now, or a proxy in between: nothing says that it stays so.
        _ => FunctionOutcome.Retryable,
    };

    /// <summary>What the operator is told of an answer; null where it is a success.</summary>
    public static string? ErrorOf(int status) => Classify(status) is FunctionOutcome.Success ? null : $"The function answered with status {status}.";

    /// <summary>What the operator is told of a call without an answer.</summary>
    public static string Describe(Exception exception) =>
        // Of failures other than those to connect, which name the address, only the inner exception says more than that they were.
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            ? UrlCredentials.Mask(exception.Message)
            : Cause(exception);

    /// <summary>What was wrong with a call, without the address.</summary>
    public static string Cause(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse })
            {
                // The message repeats what the server sent, which may be what it was sent itself.
                return "The answer is not valid HTTP.";
            }
        }

        return UrlCredentials.Mask((exception.InnerException ?? exception).Message);
    }

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
