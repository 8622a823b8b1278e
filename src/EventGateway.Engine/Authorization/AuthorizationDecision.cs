using EventGateway.Abstractions.Functions;
using EventGateway.Engine.Functions;

namespace EventGateway.Engine.Authorization;

/// <summary>The decision of an authorizer about an event.</summary>
public sealed record AuthorizationDecision
{
    /// <summary>The refusal without a reason of its own.</summary>
    public const string NotAuthorized = "The event is not authorized.";

    private AuthorizationDecision()
    {
    }

    /// <summary>Whether subscribers get the event.</summary>
    public bool IsAllowed => Refusal is null;

    /// <summary>
    /// The <c>authorization</c> object, <c>{"principalId": …, "context": {…}}</c>, as one JSON value in UTF-8. Empty when the event is refused.
    /// </summary>
    public ReadOnlyMemory<byte> Authorization { get; private init; }

    /// <summary>Why the event is refused, for its sender. Null when it is allowed.</summary>
    public string? Refusal { get; private init; }

    /// <summary>What the sender gets when the gateway had no room to ask the authorizer. Null means a 403 with <see cref="Refusal"/>, or that the event is allowed.</summary>
    public SyncResponse? Overload { get; private init; }

    /// <summary>How long the decision holds for equal requests. Zero means for this request only.</summary>
    public TimeSpan CacheFor { get; init; }

    /// <summary>The event is allowed.</summary>
    /// <param name="authorization">The authorization as JSON. Its memory must not be reused.</param>
    public static AuthorizationDecision Allowed(ReadOnlyMemory<byte> authorization) => new() { Authorization = authorization };

    /// <summary>The event is refused.</summary>
    /// <param name="message">Why, for its sender.</param>
    public static AuthorizationDecision Refused(string message) => new() { Refusal = message };

    /// <summary>The call of the authorizer failed, so the event is refused; it may be sent again when the gateway had no room for the call.</summary>
    /// <param name="result">The result of the call.</param>
    public static AuthorizationDecision Failed(FunctionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result is { Outcome: FunctionOutcome.Retryable, Refusal: { } refusal }
            ? new() { Refusal = refusal.Error, Overload = SyncResponse.Of(refusal) }
            : Refused(NotAuthorized);
    }
}
