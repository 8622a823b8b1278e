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

    /// <summary>What is wrong with the function's answer, for the log: the field, and what is accepted. Null when the answer is not malformed.</summary>
    public string? Problem { get; init; }

    private const string FailedText = "Function call failed. Please check logs.";
    private const string DeniedText = "Function call failed: the credentials of the function were refused.";
    private const string MalformedIn09Text = "HTTP response object malformed";
    private const string MalformedText = MalformedIn09Text
        + ". A function must answer with JSON: {\"statusCode\": 200, \"headers\": {}, \"body\": \"\"}, or any JSON without statusCode, which is sent as the body with status 200.";

    private static readonly SyncResponse Looped = new(508, null, "Function call failed: the function leads back to the gateway.");
    private static readonly SyncResponse TimedOut = new(504, null, "Function call timed out.");

    /// <summary>Returns the response when a call failed.</summary>
    /// <param name="defaults">Sets the status.</param>
    /// <param name="error">The message. Default: a message that refers to the log.</param>
    public static SyncResponse Failed(GatewayDefaults defaults, string error = FailedText)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        return new SyncResponse(defaults.FunctionFailureStatus, null, error);
    }

    /// <summary>Returns the response for a call.</summary>
    /// <param name="result">The result of the call; the answer uses its memory.</param>
    /// <param name="buffer">Takes the body where it has to be unescaped; the answer uses its memory.</param>
    /// <param name="defaults">Sets the status of a failed call, and what a function may answer.</param>
    public static SyncResponse From(FunctionResult result, PooledBuffer buffer, GatewayDefaults defaults)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Outcome switch
        {
            FunctionOutcome.Success => Parse(result, buffer, defaults),
            FunctionOutcome.TimedOut or FunctionOutcome.AccessDenied or FunctionOutcome.Refused => Of(result, defaults),
            _ when result.Refusal is not null => Of(result, defaults),
            _ when result.Status is 508 => Looped,
            // A function may describe its response under any status except two: 500 means that it crashed, and 508 that a gateway stopped a loop.
            _ when result.Status is null or 500 or (>= 300 and < 400) => Failed(defaults),
            _ => Parse(result, buffer, defaults),
        };
    }

    /// <summary>Returns the response for a call without an answer.</summary>
    /// <param name="result">The result of the call.</param>
    /// <param name="defaults">Sets the status of a failed call.</param>
    public static SyncResponse Of(FunctionResult result, GatewayDefaults defaults)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Outcome switch
        {
            _ when result.Refusal is { } refusal => Of(refusal),
            FunctionOutcome.TimedOut => TimedOut,
            FunctionOutcome.AccessDenied => Failed(defaults, DeniedText),
            FunctionOutcome.Refused => new SyncResponse(403, null, result.Error),
            _ => Failed(defaults),
        };
    }

    /// <summary>The answer when the gateway did not make a call.</summary>
    /// <param name="refusal">Why it did not.</param>
    public static SyncResponse Of(CallRefusedException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new SyncResponse(refusal.Status, null, refusal.Error) { RetryAfter = refusal.RetryAfter };
    }

    private static SyncResponse Parse(FunctionResult result, PooledBuffer buffer, GatewayDefaults defaults)
    {
        var read = ResponseObjectReader.Read(result.Body, buffer, FormsOf(result, defaults));
        return read.Response is { } response
            ? new SyncResponse(response.StatusCode, response, null)
            : Failed(defaults, defaults.StrictResponseObjects ? MalformedIn09Text : MalformedText) with { Problem = read.Problem };
    }

    // The error page of a server that stands before the function is often JSON. It must not become a success.
    private static ResponseForms FormsOf(FunctionResult result, GatewayDefaults defaults) =>
        defaults.StrictResponseObjects ? ResponseForms.Strict
            : result.Outcome is FunctionOutcome.Success ? ResponseForms.AnyJson
            : ResponseForms.WithStatusCode;
}
