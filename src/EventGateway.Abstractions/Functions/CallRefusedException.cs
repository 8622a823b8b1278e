namespace EventGateway.Abstractions.Functions;

/// <summary>The gateway refused a call: its address is forbidden, or there is no room for the call or its answer.</summary>
/// <param name="message">Why, for the operator.</param>
/// <param name="outcome">How the call ended.</param>
/// <param name="status">The HTTP status that the sender of a sync event gets.</param>
/// <param name="error">The error that the sender of a sync event gets; it must not name the address.</param>
public sealed class CallRefusedException(string message, FunctionOutcome outcome, int status, string error) : IOException(message)
{

    /// <summary>How the call ended.</summary>
    public FunctionOutcome Outcome => outcome;

    /// <summary>The HTTP status that the sender of a sync event gets.</summary>
    public int Status => status;

    /// <summary>The error that the sender of a sync event gets. It does not name the function's address.</summary>
    public string Error => error;

    /// <summary>When the sender may try again. Null means that the call cannot succeed.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The result of a call that was not made.</summary>
    public FunctionResult ToResult() => new(Outcome) { Error = $"The call was not made: {Message}", Refusal = this, RetryAfter = RetryAfter };

    /// <summary>A call to an address where no function may be.</summary>
    /// <param name="message">Which address, and what is there.</param>
    public static CallRefusedException Forbidden(string message) =>
        new(message, FunctionOutcome.Permanent, 502, "Function call failed: the gateway may not call this address.");

    /// <summary>A call for which there is no room.</summary>
    /// <param name="message">What there is no room for.</param>
    public static CallRefusedException Overloaded(string message) =>
        new(message, FunctionOutcome.Retryable, 503, "The gateway has no more room for calls of functions; try again later.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>The result of a call for which there was not enough memory, before or after the function ran, whose payload may still be read.</summary>
    public static FunctionResult OutOfMemory()
    {
        var refusal = Overloaded("there was not enough memory.");
        return new FunctionResult(refusal.Outcome)
        {
            Error = $"The call failed: {refusal.Message}",
            Refusal = refusal,
            RetryAfter = refusal.RetryAfter,
            PayloadStillRead = true,
        };
    }

    /// <summary>Finds such an exception among the causes of another.</summary>
    /// <param name="exception">The exception of a call. Null when it had none.</param>
    /// <returns>The exception, or null when the call failed for another reason.</returns>
    public static CallRefusedException? Find(Exception? exception)
    {
        while (exception is not (null or CallRefusedException))
        {
            exception = exception.InnerException;
        }

        return (CallRefusedException?)exception;
    }
}
