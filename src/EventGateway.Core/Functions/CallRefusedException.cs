namespace EventGateway.Core.Functions;

/// <summary>The gateway refused a call: its address is forbidden, or there is no room for the call or its answer.</summary>
/// <param name="message">Why, for the operator.</param>
/// <param name="outcome">How the call ended.</param>
/// <param name="answer">What the sender of a sync event gets.</param>
public sealed class CallRefusedException(string message, FunctionOutcome outcome, SyncAnswer answer) : IOException(message)
{
    private static readonly SyncAnswer _forbidden = new(502, null, "Function call failed: functions cannot be called at its address.");
    private static readonly SyncAnswer _overloaded = new(503, null, "The gateway has no more room for calls of functions; try again later.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>How the call ended.</summary>
    public FunctionOutcome Outcome => outcome;

    /// <summary>What the sender of a sync event gets; it names no address.</summary>
    public SyncAnswer Answer => answer;

    /// <summary>The result of a call that was not made.</summary>
    public FunctionResult ToResult() => new(Outcome) { Error = $"The call was not made: {Message}", Refusal = this, RetryAfter = Answer.RetryAfter };

    /// <summary>A call to an address where no function may be.</summary>
    /// <param name="message">Which address, and what is there.</param>
    internal static CallRefusedException Forbidden(string message) => new(message, FunctionOutcome.Permanent, _forbidden);

    /// <summary>A call for which there is no room.</summary>
    /// <param name="message">What there is no room for.</param>
    internal static CallRefusedException Overloaded(string message) => new(message, FunctionOutcome.Retryable, _overloaded);

    /// <summary>The result of a call for which there was not enough memory, before or after the function ran, whose payload may still be read.</summary>
    internal static FunctionResult OutOfMemory()
    {
        var refusal = Overloaded("there was not enough memory.");
        return new FunctionResult(refusal.Outcome)
        {
            Error = $"The call failed: {refusal.Message}",
            Refusal = refusal,
            RetryAfter = refusal.Answer.RetryAfter,
            PayloadStillRead = true,
        };
    }

    /// <summary>Finds such an exception among the causes of another.</summary>
    /// <param name="exception">The exception of a call. Null: there is none.</param>
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
