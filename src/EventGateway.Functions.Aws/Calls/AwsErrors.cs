using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Classifies the errors of AWS services.</summary>
internal static class AwsErrors
{
    /// <summary>Returns the outcome of a failed call.</summary>
    /// <param name="code">The error's code, such as <c>ThrottlingException</c>. Null when the service did not send one.</param>
    /// <param name="status">The status of the service's answer.</param>
    public static FunctionOutcome Classify(string? code, int status)
    {
        if (IsDenied(code))
        {
            return FunctionOutcome.AccessDenied;
        }

        // A gateway has stopped a loop. The next attempt would loop too.
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

    /// <summary>Returns the outcome of a call by the status of its answer alone.</summary>
    /// <param name="status">The status of the service's answer.</param>
    public static FunctionOutcome Classify(int status) => status is >= 200 and < 300 ? FunctionOutcome.Success : Classify(null, status);

    /// <summary>Returns the result of a call that the service refused.</summary>
    /// <param name="service">The service, for the operator.</param>
    /// <param name="code">The error's code. Null when the service did not send one.</param>
    /// <param name="explanation">The service's explanation. Null when it did not send one.</param>
    /// <param name="status">The status of the service's answer.</param>
    /// <param name="retryAfter">How long the service asks the gateway to wait. Null when it does not ask.</param>
    public static FunctionResult ToResult(string service, string? code, string? explanation, int status, TimeSpan? retryAfter = null)
    {
        // A wrong clock will be corrected, so the delivery is retried and not dead-lettered.
        var outcome = IsClockSkew(code, explanation) ? FunctionOutcome.Retryable : Classify(code, status);
        var what = outcome is FunctionOutcome.AccessDenied ? "refused the credentials of the call" : "failed the call";
        return new FunctionResult(outcome)
        {
            // The sender of a sync event gets a 508 too. Other statuses mean nothing without the code.
            Status = status is 508 ? status : null,
            Error = $"{service} {what}: {code ?? $"status {status}"}{(explanation is null ? string.Empty : $": {explanation}")}",
            RetryAfter = retryAfter,
        };
    }

    /// <summary>Returns the result of a call whose answer cannot be understood.</summary>
    /// <param name="service">The service, for the operator.</param>
    public static FunctionResult Unintelligible(string service) =>
        new(FunctionOutcome.Retryable) { Error = $"{service} gave an answer that cannot be understood." };

    /// <summary>Returns an error code without the namespace before it and the address after it.</summary>
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

    // A signature contains a time. Only the explanation says that the time is wrong.
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

    // A missing resource or a disabled key may be available later, as with an HTTP function that answers 404.
    private static bool IsPassing(string? code) => code is
        "ResourceNotFoundException" or "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue" or "ResourceConflictException"
        or "ResourceInUseException" or "ServiceUnavailable" or "ServiceUnavailableException" or "InternalFailure" or "InternalFailureException"
        or "InternalServerError" or "InternalError" or "RequestTimeout" or "RequestTimeoutException" or "KMSInvalidStateException"
        or "KMSDisabledException" or "KMSNotFoundException" or "KmsInvalidState" or "KmsDisabled" or "KmsNotFound";
}
