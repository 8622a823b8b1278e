using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Functions.Http.Connections;

/// <summary>Classifies the answers of HTTP functions.</summary>
internal static class HttpOutcome
{
    /// <summary>Returns the outcome of a call by the status of its answer.</summary>
    /// <param name="status">The status. A redirect is a failure and is never followed, because it could lead anywhere.</param>
    public static FunctionOutcome Classify(int status) => status switch
    {
        >= 200 and < 300 => FunctionOutcome.Success,
        // The function would refuse a repetition too. 508 reports a loop.
        400 or 401 or 403 or 405 or 413 or 415 or 422 or 508 => FunctionOutcome.Permanent,
        410 => FunctionOutcome.Gone,
        // The function may be busy, not deployed yet or moved for now, or a proxy may have answered: a repetition may succeed.
        _ => FunctionOutcome.Retryable,
    };

    /// <summary>Returns the error of an answer, for the operator. Null when the answer is a success.</summary>
    public static string? ErrorOf(int status) => Classify(status) is FunctionOutcome.Success ? null : $"The function answered with status {status}.";

    /// <summary>Returns the error of a call without an answer, for the operator.</summary>
    public static string Describe(Exception exception) =>
        // The message of a failure to connect names the address. Other failures are explained by the inner exception only.
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            ? UrlCredentials.Mask(exception.Message)
            : Cause(exception);

    /// <summary>Returns the error of a call without an answer, without the address.</summary>
    public static string Cause(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse })
            {
                // The message repeats what the server sent, which may be a secret that it received.
                return "The answer is not valid HTTP.";
            }
        }

        return UrlCredentials.Mask((exception.InnerException ?? exception).Message);
    }

    /// <summary>Reads <c>Retry-After</c> of a 429 or 503.</summary>
    /// <returns>The time to wait, from zero to <see cref="RetryAfter.Max"/>. Null when the answer does not say.</returns>
    public static TimeSpan? ReadRetryAfter(HttpResponseMessage response, TimeProvider timeProvider) =>
        (int)response.StatusCode is 429 or 503 ? RetryAfter.Read(response, timeProvider) : null;
}
