using EventGateway.Abstractions.Delivery;

namespace EventGateway.Api.Delivery;

/// <summary>One call of a function with an event.</summary>
internal sealed record AttemptDocument
{
    /// <summary>When the attempt began.</summary>
    public required DateTime Time { get; init; }

    /// <summary>The duration in milliseconds.</summary>
    public required double DurationMs { get; init; }

    /// <summary>How the attempt ended.</summary>
    public required string Outcome { get; init; }

    /// <summary>The provider's status, an HTTP status for http functions. Null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the attempt failed, with the beginning of the function's answer. Null when it succeeded.</summary>
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
