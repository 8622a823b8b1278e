using EventGateway.Abstractions;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Http.Tokens;

/// <summary>A token, or the reason why it could not be fetched.</summary>
internal sealed class TokenResult
{
    private TokenResult()
    {
    }

    /// <summary>The token. Null when it could not be fetched.</summary>
    public string? Token { get; private init; }

    /// <summary>The <c>authorization</c> header with the token. Null when there is no token.</summary>
    public string? Authorization { get; private init; }

    /// <summary>When the token expires, by the steady clock (<see cref="SteadyTimeProvider"/>).</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>The outcome of a call that has no token.</summary>
    public FunctionOutcome Outcome { get; private init; }

    /// <summary>Why the token could not be fetched, for the operator. Null when there is a token.</summary>
    public string? Error { get; private init; }

    /// <summary>Why the gateway did not ask for a token. Default: null, it asked.</summary>
    public CallRefusedException? Refusal { get; private init; }

    /// <summary>Returns a token.</summary>
    public static TokenResult Of(string token, DateTimeOffset expiresAt) => new() { Token = token, Authorization = "Bearer " + token, ExpiresAt = expiresAt };

    /// <summary>Returns a failure that may pass.</summary>
    public static TokenResult Unavailable(string error) => new() { Outcome = FunctionOutcome.Retryable, Error = error };

    /// <summary>Returns the failure of a request that the gateway did not send.</summary>
    /// <param name="place">The URL of the token endpoint.</param>
    /// <param name="refusal">Why it was not sent.</param>
    public static TokenResult Refused(string place, CallRefusedException refusal) =>
        new() { Outcome = refusal.Outcome, Error = $"No token: {place} was not asked: {refusal.Message}", Refusal = refusal };

    /// <summary>Returns the failure of a request whose credentials were refused.</summary>
    public static TokenResult Denied(string error) => new() { Outcome = FunctionOutcome.AccessDenied, Error = error };
}
