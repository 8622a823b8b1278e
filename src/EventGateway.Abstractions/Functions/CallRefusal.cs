namespace EventGateway.Abstractions.Functions;

/// <summary>Why a call is not made.</summary>
/// <param name="Reason">The reason, for the sender to read.</param>
/// <param name="MayPass">Whether the call may be made later, because the decision itself failed.</param>
public readonly record struct CallRefusal(string Reason, bool MayPass)
{
    /// <summary>How the call that is not made ends.</summary>
    public FunctionResult ToResult() => new(MayPass ? FunctionOutcome.Retryable : FunctionOutcome.Refused) { Error = Reason };
}
