using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Engine.Functions;

/// <summary>The response to the sender of an event that a sync subscription matched: the function's response or an error.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Response">The response that the function described. Null when there is an error.</param>
/// <param name="Error">The message of the errors body. Null when there is a response.</param>
public readonly record struct SyncResponse(int StatusCode, ResponseObject? Response, string? Error)
{
    /// <summary>When another try makes sense. Null when that is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The response when a call failed. The log has the reason.</summary>
    public static SyncResponse Failed { get; } = new(500, null, "Function call failed. Please check logs.");

    private static readonly SyncResponse Denied = new(500, null, "Function call failed: the credentials of the function were refused.");
    private static readonly SyncResponse Malformed = new(500, null, "HTTP response object malformed");
    private static readonly SyncResponse Looped = new(508, null, "Function call failed: the function leads back to the gateway.");
    private static readonly SyncResponse TimedOut = new(504, null, "Function call timed out.");

    /// <summary>Returns the response for a call.</summary>
    /// <param name="result">The result of the call; the answer uses its memory.</param>
    /// <param name="buffer">Takes the body where it has to be unescaped; the answer uses its memory.</param>
    public static SyncResponse From(FunctionResult result, PooledBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Outcome switch
        {
            FunctionOutcome.Success => Parse(result, buffer),
            FunctionOutcome.TimedOut or FunctionOutcome.AccessDenied or FunctionOutcome.Refused => Of(result),
            _ when result.Refusal is not null => Of(result),
            _ when result.Status is 508 => Looped,
            // A function may describe its response under any status except two: 500 means that it crashed, and 508 that a gateway stopped a loop.
            _ when result.Status is null or 500 or (>= 300 and < 400) => Failed,
            _ => Parse(result, buffer),
        };
    }

    /// <summary>Returns the response for a call without an answer.</summary>
    /// <param name="result">The result of the call.</param>
    public static SyncResponse Of(FunctionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Outcome switch
        {
            _ when result.Refusal is { } refusal => Of(refusal),
            FunctionOutcome.TimedOut => TimedOut,
            FunctionOutcome.AccessDenied => Denied,
            FunctionOutcome.Refused => new SyncResponse(403, null, result.Error),
            _ => Failed,
        };
    }

    /// <summary>The answer when the gateway did not make a call.</summary>
    /// <param name="refusal">Why it did not.</param>
    public static SyncResponse Of(CallRefusedException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new SyncResponse(refusal.Status, null, refusal.Error) { RetryAfter = refusal.RetryAfter };
    }

    private static SyncResponse Parse(FunctionResult result, PooledBuffer buffer) =>
        ResponseObjectReader.Read(result.Body, buffer) is { } response ? new SyncResponse(response.StatusCode, response, null) : Malformed;
}
