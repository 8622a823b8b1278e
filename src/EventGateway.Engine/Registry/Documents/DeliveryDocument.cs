using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.Documents;

/// <summary><see cref="DeliverySettings"/> as they are stored and answered.</summary>
public sealed record DeliveryDocument
{
    /// <summary>How long one call may take: an ISO 8601 duration above zero, PT1H at most. Not set: 30 seconds.</summary>
    public string? Timeout { get; init; }

    /// <summary>How events are written: 1.0, 1.0-binary or 0.1. Not set: the server's default.</summary>
    public string? CloudEvents { get; init; }

    /// <summary>
    /// atLeastOnce: stored on disk and delivered until the function takes it or the policy ends; atMostOnce: from memory,
    /// once. Not set: the server's default.
    /// </summary>
    public string? Guarantee { get; init; }

    /// <summary>How many more attempts follow a failed first one. Not set: as many as maxAge allows.</summary>
    public int? Retry { get; init; }

    /// <summary>How the wait before a retry grows: exponential (it doubles) or linear. Not set: exponential.</summary>
    public string? BackoffPolicy { get; init; }

    /// <summary>The wait after the first attempt: an ISO 8601 duration above zero, PT24H at most. Not set: one second.</summary>
    public string? BackoffDelay { get; init; }

    /// <summary>
    /// The longest wait before a retry: an ISO 8601 duration, no less than backoffDelay, PT24H at most. Not set: 10 minutes,
    /// or backoffDelay where that is longer.
    /// </summary>
    public string? MaxDelay { get; init; }

    /// <summary>Whether waits are shortened at random, by half at most. Not set: true.</summary>
    public bool? Jitter { get; init; }

    /// <summary>How old an event may be at its last attempt: an ISO 8601 duration above zero, P30D at most. Not set: one day.</summary>
    public string? MaxAge { get; init; }

    /// <summary>How many deliveries may be under way at once. Not set: as many as the function gets.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Deliveries per second. Not set: unlimited.</summary>
    public double? RateLimit { get; init; }

    /// <summary>A function of the space that gets the events that could not be delivered. Not set: none does.</summary>
    public string? DeadLetterFunctionId { get; init; }

    /// <summary>
    /// Whether answers of a function that was sent a secret are kept, with the secret masked: the beginning of a failure's with the
    /// attempt, others in eventgateway.function.invoked. Not set: false, they are not kept.
    /// </summary>
    public bool? KeepAnswers { get; init; }
}
