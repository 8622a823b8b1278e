using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Resources;

/// <summary>How a subscription's events are delivered. Only timeout, cloudEvents and keepAnswers apply to sync subscriptions.</summary>
public sealed record DeliverySettings
{
    /// <summary>The largest <see cref="Retry"/>.</summary>
    public const int MaxRetry = 1000;

    /// <summary>The largest <see cref="MaxConcurrency"/>.</summary>
    public const int ConcurrencyLimit = 10_000;

    /// <summary>The smallest <see cref="RateLimit"/>, about one a day. A clock cannot measure much longer times between two deliveries.</summary>
    public const double MinRateLimit = 0.00001;

    /// <summary>The largest <see cref="RateLimit"/>.</summary>
    public const double MaxRateLimit = 1_000_000;

    /// <summary>How long one call may take: an ISO 8601 duration above zero, PT1H at most. Default: 30 seconds.</summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? Timeout { get; init; }

    /// <summary>How events are written: 1.0, 1.0-binary or 0.1. Default: 1.0, or 0.1 under --compat 0.9.</summary>
    public CloudEventFormat? CloudEvents { get; init; }

    /// <summary>
    /// atLeastOnce: stored on disk and delivered until the function takes it or the policy ends; atMostOnce: from memory,
    /// once. Default: the server's setting.
    /// </summary>
    public DeliveryGuarantee? Guarantee { get; init; }

    /// <summary>How many more attempts follow a failed first one. Default: as many as maxAge allows.</summary>
    [Range(0, MaxRetry)]
    public int? Retry { get; init; }

    /// <summary>How the wait before a retry grows: exponential (it doubles) or linear. Default: exponential.</summary>
    public BackoffPolicy? BackoffPolicy { get; init; }

    /// <summary>The wait after the first attempt: an ISO 8601 duration above zero, PT24H at most. Default: one second.</summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? BackoffDelay { get; init; }

    /// <summary>
    /// The longest wait before a retry: an ISO 8601 duration, no less than backoffDelay, PT24H at most. Default: 10 minutes,
    /// or backoffDelay when that is longer.
    /// </summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? MaxDelay { get; init; }

    /// <summary>Whether waits are shortened at random, by half at most, so that retries do not come all at once. Default: true.</summary>
    public bool? Jitter { get; init; }

    /// <summary>How old an event may be at its last attempt: an ISO 8601 duration above zero, P30D at most. Default: one day.</summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How many deliveries of the subscription may be under way at once. Default: as many as the function gets.</summary>
    [Range(1, ConcurrencyLimit)]
    public int? MaxConcurrency { get; init; }

    /// <summary>Deliveries per second. Default: no limit.</summary>
    [Range(MinRateLimit, MaxRateLimit)]
    public double? RateLimit { get; init; }

    /// <summary>
    /// The function of the space that gets the events that could not be delivered. It cannot be deleted while a subscription
    /// names it. Default: no function gets them; they stay in the list of dead letters.
    /// </summary>
    public string? DeadLetterFunctionId { get; init; }

    /// <summary>
    /// How long all attempts may fail before the subscription is disabled: an ISO 8601 duration above zero, P30D at most. Default: it
    /// is not disabled.
    /// </summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? DisableAfter { get; init; }

    /// <summary>
    /// Whether answers of a function that was sent a secret are kept, with the secret masked: the beginning of a failure's with the
    /// attempt, others in eventgateway.function.invoked. Answers to calls without a secret are always kept. Default: false.
    /// </summary>
    public bool? KeepAnswers { get; init; }
}
