using EventGateway.Abstractions;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Http.Tokens;

/// <summary>A token, or why there is none.</summary>
internal sealed class TokenAnswer
{
    private TokenAnswer()
    {
    }

    /// <summary>The token. Not set: there is none.</summary>
    public string? Token { get; private init; }

    /// <summary>The <c>authorization</c> header with the token. Not set: there is none.</summary>
    public string? Authorization { get; private init; }

    /// <summary>When the token ends, by the steady clock (<see cref="SteadyTimeProvider"/>).</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>How a call ends that has no token.</summary>
    public FunctionOutcome Outcome { get; private init; }

    /// <summary>Why there is none, for the operator. Not set: there is one.</summary>
    public string? Error { get; private init; }

    /// <summary>Why the gateway itself did not ask. Default: null, it did.</summary>
    public CallRefusedException? Refusal { get; private init; }

    /// <summary>A token.</summary>
    public static TokenAnswer Of(string token, DateTimeOffset expiresAt) => new() { Token = token, Authorization = "Bearer " + token, ExpiresAt = expiresAt };

    /// <summary>None, for now.</summary>
    public static TokenAnswer Unavailable(string error) => new() { Outcome = FunctionOutcome.Retryable, Error = error };

    /// <summary>None: the gateway does not ask.</summary>
    /// <param name="place">Whom.</param>
    /// <param name="refusal">Why not.</param>
    public static TokenAnswer Refused(string place, CallRefusedException refusal) =>
        new() { Outcome = refusal.Outcome, Error = $"No token: {place} was not asked: {refusal.Message}", Refusal = refusal };

    /// <summary>None: the credentials were refused.</summary>
    public static TokenAnswer Denied(string error) => new() { Outcome = FunctionOutcome.AccessDenied, Error = error };
}
