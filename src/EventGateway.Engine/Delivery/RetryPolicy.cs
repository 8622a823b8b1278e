using System.Globalization;
using System.Xml;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Reading;

namespace EventGateway.Engine.Delivery;

/// <summary>Decides when a failed delivery is tried again. Holds the settings of a subscription, with defaults for those that are not set.</summary>
internal sealed record RetryPolicy
{
    private static readonly RetryPolicy Default = new();

    /// <summary>How many attempts may follow a failed first one. Null means as many as <see cref="MaxAge"/> allows.</summary>
    public int? Retry { get; private init; }

    public BackoffPolicy Backoff { get; private init; } = BackoffPolicy.Exponential;

    /// <summary>The wait after the first attempt.</summary>
    public TimeSpan BackoffDelay { get; private init; } = DeliveryDefaults.BackoffDelay;

    /// <summary>The maximum wait, unless the function asks for a longer one.</summary>
    public TimeSpan MaxDelay { get; private init; } = DeliveryDefaults.MaxDelay;

    /// <summary>Whether waits are shortened at random, by half at most. Default: true.</summary>
    public bool Jitter { get; private init; } = true;

    /// <summary>The maximum age of an event at its last attempt.</summary>
    public TimeSpan MaxAge { get; private init; } = DeliveryDefaults.MaxAge;

    /// <summary>Returns the policy of a subscription's settings.</summary>
    public static RetryPolicy Of(DeliverySettings? settings)
    {
        if (settings is null or { Retry: null, BackoffPolicy: null, BackoffDelay: null, MaxDelay: null, Jitter: null, MaxAge: null })
        {
            return Default;
        }

        return new RetryPolicy
        {
            Retry = settings.Retry,
            Backoff = settings.BackoffPolicy ?? BackoffPolicy.Exponential,
            BackoffDelay = settings.BackoffDelay ?? DeliveryDefaults.BackoffDelay,
            MaxDelay = DeliveryDefaults.MaxDelayOf(settings),
            Jitter = settings.Jitter ?? true,
            MaxAge = settings.MaxAge ?? DeliveryDefaults.MaxAge,
        };
    }

    /// <summary>Returns whether some of its waits are shorter than those of another policy.</summary>
    public bool IsSoonerThan(RetryPolicy other) =>
        BackoffDelay < other.BackoffDelay
        || MaxDelay < other.MaxDelay
        || (Backoff is BackoffPolicy.Linear && other.Backoff is BackoffPolicy.Exponential);

    /// <summary>Returns how long to wait before the next attempt.</summary>
    /// <param name="attemptsMade">The attempts so far, at least one.</param>
    /// <param name="retryAfter">
    /// The wait that the function asked for. It may be longer than <see cref="MaxDelay"/>, up to 24 h. Null when the function did
    /// not ask.
    /// </param>
    /// <param name="random">Makes the jitter.</param>
    public TimeSpan DelayAfter(int attemptsMade, TimeSpan? retryAfter, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attemptsMade, 1);
        var ticks = Backoff is BackoffPolicy.Linear ? LinearTicks(attemptsMade) : ExponentialTicks(attemptsMade);
        if (Jitter)
        {
            ticks -= random.NextInt64((ticks / 2) + 1);
        }

        var delay = TimeSpan.FromTicks(ticks);
        if (retryAfter is not { } asked)
        {
            return delay;
        }

        return Longer(delay, asked < RetryAfter.Max ? asked : RetryAfter.Max);
    }

    /// <summary>Returns when to try again after a failed attempt.</summary>
    /// <param name="acceptedAt">When the event was accepted.</param>
    /// <param name="now">The current time.</param>
    /// <param name="attemptsMade">The attempts so far, at least one.</param>
    /// <param name="retryAfter">The wait that the function asked for. Null when it did not ask.</param>
    /// <param name="random">Makes the jitter.</param>
    /// <param name="whyNoMore">Why there is no next attempt, for the operator. Null when there is one.</param>
    /// <returns>Null when the retries are used up, or the event would be too old by then.</returns>
    public DateTimeOffset? NextAttempt(
        DateTimeOffset acceptedAt, DateTimeOffset now, int attemptsMade, TimeSpan? retryAfter, Random random, out string? whyNoMore)
    {
        if (attemptsMade > Retry)
        {
            whyNoMore = $"{Count(attemptsMade)} made; the subscription's retry setting allows no more.";
            return null;
        }

        var next = now + DelayAfter(attemptsMade, retryAfter, random);
        if (next - acceptedAt > MaxAge)
        {
            whyNoMore = $"{Count(attemptsMade)} made, and the next one would come after the event's maximum age of {XmlConvert.ToString(MaxAge)}.";
            return null;
        }

        whyNoMore = null;
        return next;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static string Count(int attempts) =>
        attempts == 1 ? "1 attempt was" : string.Create(CultureInfo.InvariantCulture, $"{attempts} attempts were");

    private long LinearTicks(int attemptsMade) =>
        attemptsMade > MaxDelay.Ticks / BackoffDelay.Ticks ? MaxDelay.Ticks : BackoffDelay.Ticks * attemptsMade;

    private long ExponentialTicks(int attemptsMade)
    {
        var doublings = attemptsMade - 1;

        // A shift by 63 or more must not be made: shifts count modulo 64.
        return doublings >= 63 || BackoffDelay.Ticks > MaxDelay.Ticks >> doublings ? MaxDelay.Ticks : BackoffDelay.Ticks << doublings;
    }
}
