using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>What the errors of AWS services mean for a call.</summary>
internal static class AwsErrors
{
    /// <summary>Tells refused credentials, failures that may pass and failures that stay.</summary>
    /// <param name="code">The error's code, such as <c>ThrottlingException</c>. Not set: the service did not say.</param>
    /// <param name="status">The status of the service's answer.</param>
    public static FunctionOutcome Classify(string? code, int status)
    {
        if (IsDenied(code))
        {
            return FunctionOutcome.AccessDenied;
        }

        // A gateway has cut a circle, which the next attempt would go round as well.
        if (code is null && status is 508)
        {
            return FunctionOutcome.Permanent;
        }

        // Services throttle under various statuses, 400 and 403 among them.
        if (IsThrottled(code) || IsPassing(code) || status is 429 or >= 500)
        {
            return FunctionOutcome.Retryable;
        }

        return status switch
        {
            401 or 403 => FunctionOutcome.AccessDenied,
            400 or 405 or 413 or 415 or 422 => FunctionOutcome.Permanent,
            _ => FunctionOutcome.Retryable,
        };
    }

    /// <summary>Tells how a call ended by the status of the answer alone.</summary>
    /// <param name="status">The status of the service's answer.</param>
    public static FunctionOutcome Classify(int status) => status is >= 200 and < 300 ? FunctionOutcome.Success : Classify(null, status);

    /// <summary>Makes the result of a call that the service refused.</summary>
    /// <param name="service">The service, for the operator.</param>
    /// <param name="code">The error's code. Not set: the service did not say.</param>
    /// <param name="explanation">What the service says of it. Not set: nothing.</param>
    /// <param name="status">The status of the service's answer.</param>
    /// <param name="retryAfter">How long the service asked to be left alone. Not set: it did not ask.</param>
    public static FunctionResult ToResult(string service, string? code, string? explanation, int status, TimeSpan? retryAfter = null)
    {
        // A clock that is wrong is set right some time, without anybody's looking after the dead letters.
        var outcome = IsClockSkew(code, explanation) ? FunctionOutcome.Retryable : Classify(code, status);
        var what = outcome is FunctionOutcome.AccessDenied ? "refused the credentials of the call" : "failed the call";
        return new FunctionResult(outcome)
        {
            // The sender of a sync event is answered 508 then; other statuses say nothing without the code.
            Status = status is 508 ? status : null,
            Error = $"{service} {what}: {code ?? $"status {status}"}{(explanation is null ? string.Empty : $": {explanation}")}",
            RetryAfter = retryAfter,
        };
    }

    /// <summary>The failure of a call whose answer makes no sense.</summary>
    /// <param name="service">The service, for the operator.</param>
    public static FunctionResult Unintelligible(string service) =>
        new(FunctionOutcome.Retryable) { Error = $"{service} gave an answer that cannot be understood." };

    /// <summary>The code as the services name it: without the namespace before it and the address behind it.</summary>
    /// <param name="code">The header <c>x-amzn-ErrorType</c> or the field <c>__type</c>.</param>
    public static string? Trim(string? code)
    {
        if (string.IsNullOrEmpty(code))
        {
            return null;
        }

        var end = code.IndexOf(':', StringComparison.Ordinal);
        var text = end < 0 ? code : code[..end];
        return text[(text.IndexOf('#', StringComparison.Ordinal) + 1)..];
    }

    private static bool IsDenied(string? code) => code is
        "AccessDenied" or "AccessDeniedException" or "UnrecognizedClientException" or "InvalidClientTokenId"
        or "ExpiredToken" or "ExpiredTokenException" or "InvalidSignatureException" or "SignatureDoesNotMatch"
        or "IncompleteSignature" or "IncompleteSignatureException" or "MissingAuthenticationToken" or "MissingAuthenticationTokenException"
        or "NotAuthorized" or "OptInRequired" or "KMSAccessDeniedException" or "InvalidAccessKeyId" or "InvalidSecurity" or "UnauthorizedOperation"
        or "KmsAccessDenied";

    // Signatures have a time in them; services say in words that it is this that is wrong with one.
    private static bool IsClockSkew(string? code, string? explanation) =>
        code is "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture"
        || (code is "InvalidSignatureException" or "SignatureDoesNotMatch"
            && explanation is not null
            && (explanation.StartsWith("Signature expired", StringComparison.Ordinal)
                || explanation.StartsWith("Signature not yet current", StringComparison.Ordinal)));

    private static bool IsThrottled(string? code) => code is
        "Throttling" or "ThrottlingException" or "ThrottledException" or "RequestThrottled" or "RequestThrottledException"
        or "TooManyRequestsException" or "ProvisionedThroughputExceededException" or "LimitExceededException" or "RequestLimitExceeded"
        or "EC2ThrottledException" or "KMSThrottlingException" or "KmsThrottled" or "SlowDown" or "OverLimit" or "BandwidthLimitExceeded";

    // What is not there, or a key that is not enabled, may be any minute, as with an HTTP function that answers 404.
    private static bool IsPassing(string? code) => code is
        "ResourceNotFoundException" or "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue" or "ResourceConflictException"
        or "ResourceInUseException" or "ServiceUnavailable" or "ServiceUnavailableException" or "InternalFailure" or "InternalFailureException"
        or "InternalServerError" or "InternalError" or "RequestTimeout" or "RequestTimeoutException" or "KMSInvalidStateException"
        or "KMSDisabledException" or "KMSNotFoundException" or "KmsInvalidState" or "KmsDisabled" or "KmsNotFound";
}
