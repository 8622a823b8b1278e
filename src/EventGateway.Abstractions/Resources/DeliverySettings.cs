using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Resources;

/// <summary>How a subscription's events are delivered. All but the first two settings and the last are for async subscriptions.</summary>
public sealed record DeliverySettings
{
    /// <summary>How long one call of the function may take. Not set: 30 s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How events are written. Not set: 1.0 structured, or 0.1 under <c>--compat 0.9</c>.</summary>
    public CloudEventFormat? CloudEvents { get; init; }

    /// <summary>Whether events are stored on disk. Not set: the server's default, at least once unless it was told otherwise.</summary>
    public DeliveryGuarantee? Guarantee { get; init; }

    /// <summary>How many more attempts follow a failed first one, 0 to 1000. Not set: as many as <see cref="MaxAge"/> allows.</summary>
    public int? Retry { get; init; }

    /// <summary>How the wait before a retry grows. Not set: exponentially.</summary>
    public BackoffPolicy? BackoffPolicy { get; init; }

    /// <summary>The wait after the first attempt, above zero and at most 24 h. Not set: 1 s.</summary>
    public TimeSpan? BackoffDelay { get; init; }

    /// <summary>
    /// The longest wait before a retry, at least <see cref="BackoffDelay"/> and at most 24 h. Not set: 10 min, or
    /// <see cref="BackoffDelay"/> where that is longer.
    /// </summary>
    public TimeSpan? MaxDelay { get; init; }

    /// <summary>Whether waits are shortened at random, by half at most, so that retries do not come all at once. Not set: they are.</summary>
    public bool? Jitter { get; init; }

    /// <summary>How old an event may be at its last attempt, counted from its acceptance; above zero and at most 30 days. Not set: one day.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How many deliveries of the subscription may be under way at once, 1 to 10,000. Not set: as many as the function gets.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Deliveries per second, 0.00001 (about one a day) to 1,000,000. Not set: unlimited.</summary>
    public double? RateLimit { get; init; }

    /// <summary>
    /// The function of the space that gets the events that could not be delivered. Not set: they stay in the list of dead
    /// letters only. It cannot be deleted while a subscription names it.
    /// </summary>
    public string? DeadLetterFunctionId { get; init; }

    /// <summary>
    /// Whether answers of the function are kept, with secrets masked, where it was sent a secret. Not set: they are not; answers
    /// to calls without any secret are always kept. For sync subscriptions too.
    /// </summary>
    public bool? KeepAnswers { get; init; }
}
