namespace EventGateway.Core.Functions;

/// <summary>How a call of a function ended.</summary>
public enum FunctionOutcome
{
    /// <summary>The function took the event.</summary>
    Success,

    /// <summary>It failed in a way that may pass.</summary>
    Retryable,

    /// <summary>It failed in a way that a repetition does not mend.</summary>
    Permanent,

    /// <summary>The provider refused the gateway's credentials.</summary>
    AccessDenied,

    /// <summary>It asks for no more events.</summary>
    Gone,

    /// <summary>It did not answer within the timeout.</summary>
    TimedOut,

    /// <summary>The function asks for no more events: the subscription is paused. To a waiting sender it is a failed call.</summary>
    Gone,
}

/// <summary>The answer of a function. Disposing it returns its body's buffer.</summary>
public sealed class FunctionResult : IDisposable
{
    private readonly IDisposable? _owner;

    /// <summary>Creates a result.</summary>
    /// <param name="outcome">How the call ended.</param>
    /// <param name="body">The body of the answer; empty without one.</param>
    /// <param name="owner">What owns the body's memory. Not set: nobody needs to give it back.</param>
    public FunctionResult(FunctionOutcome outcome, ReadOnlyMemory<byte> body = default, IDisposable? owner = null)
    {
        Outcome = outcome;
        Body = body;
        _owner = owner;
    }

    /// <summary>How the call ended.</summary>
    public FunctionOutcome Outcome { get; }

    /// <summary>The body of the answer, valid until disposal.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The provider's status, an HTTP status for <c>http</c>. Not set: there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the call failed, for the operator. Not set: it did not.</summary>
    public string? Error { get; init; }

    /// <summary>How long the function asked to be left alone. Not set: it did not ask.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc/>
    public void Dispose() => _owner?.Dispose();
}
