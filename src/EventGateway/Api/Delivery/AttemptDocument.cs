using EventGateway.Abstractions.Delivery;

namespace EventGateway.Api.Delivery;

/// <summary>One call of a function with an event.</summary>
public sealed record AttemptDocument
{
    /// <summary>When it began.</summary>
    public required DateTime Time { get; init; }

    /// <summary>How many milliseconds it took.</summary>
    public required double DurationMs { get; init; }

    /// <summary>How it ended.</summary>
    public required string Outcome { get; init; }

    /// <summary>The provider's status, an HTTP status for http functions. Not set: there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why it failed, with the beginning of the function's answer. Not set: it did not.</summary>
    public string? Error { get; init; }

    internal static AttemptDocument Of(DeliveryAttempt attempt) => new()
    {
        Time = attempt.Time.UtcDateTime,
        DurationMs = Math.Round(attempt.Duration.TotalMilliseconds, 3),
        Outcome = OutcomeNames.Of(attempt.Outcome),
        Status = attempt.Status,
        Error = attempt.Error,
    };
}
