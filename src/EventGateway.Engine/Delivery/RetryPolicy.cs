using System.Globalization;
using System.Xml;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Reading;

namespace EventGateway.Engine.Delivery;

/// <summary>When a delivery that failed is tried again: the settings of a subscription, with the defaults for what they leave open.</summary>
internal sealed record RetryPolicy
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    private static readonly RetryPolicy _default = new();

    /// <summary>How many more attempts follow a failed first one. Not set: as many as <see cref="MaxAge"/> allows.</summary>
    public int? Retry { get; private init; }

    public BackoffPolicy Backoff { get; private init; } = BackoffPolicy.Exponential;

    /// <summary>The wait after the first attempt.</summary>
    public TimeSpan BackoffDelay { get; private init; } = DeliveryDefaults.BackoffDelay;

    /// <summary>The longest wait that the policy itself asks for.</summary>
    public TimeSpan MaxDelay { get; private init; } = DeliveryDefaults.MaxDelay;

    /// <summary>Whether waits are shortened at random, by half at most.</summary>
    public bool Jitter { get; private init; } = true;

    /// <summary>How old an event may be at its last attempt.</summary>
    public TimeSpan MaxAge { get; private init; } = DeliveryDefaults.MaxAge;

    /// <summary>The policy of a subscription's settings.</summary>
    public static RetryPolicy Of(DeliverySettings? settings)
    {
        if (settings is null or { Retry: null, BackoffPolicy: null, BackoffDelay: null, MaxDelay: null, Jitter: null, MaxAge: null })
        {
            return _default;
        }

        var backoffDelay = settings.BackoffDelay ?? DeliveryDefaults.BackoffDelay;
        return new RetryPolicy
        {
            Retry = settings.Retry,
            Backoff = settings.BackoffPolicy ?? BackoffPolicy.Exponential,
            BackoffDelay = backoffDelay,
            MaxDelay = settings.MaxDelay ?? Longer(DeliveryDefaults.MaxDelay, backoffDelay),
            Jitter = settings.Jitter ?? true,
            MaxAge = settings.MaxAge ?? DeliveryDefaults.MaxAge,
        };
    }

    /// <summary>How long to wait before the next attempt.</summary>
    /// <param name="attemptsMade">The attempts so far, at least one.</param>
    /// <param name="retryAfter">
    /// How long the function asked to be left alone: it may ask for more than <see cref="MaxDelay"/>, but for no more than
    /// 24 h. Not set: it did not ask.
    /// </param>
    /// <param name="random">Where the jitter comes from.</param>
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

        return Longer(delay, asked < LongestRetryAfter ? asked : LongestRetryAfter);
    }

    /// <summary>When to try again after a failed attempt.</summary>
    /// <param name="acceptedAt">When the event was accepted.</param>
    /// <param name="now">The present.</param>
    /// <param name="attemptsMade">The attempts so far, at least one.</param>
    /// <param name="retryAfter">How long the function asked to be left alone. Not set: it did not ask.</param>
    /// <param name="random">Where the jitter comes from.</param>
    /// <param name="whyNoMore">Why there is no next attempt, for the operator. Not set: there is one.</param>
    /// <returns>Not set: the retries are used up, or the event would be too old by then.</returns>
    public DateTimeOffset? NextAttempt(
        DateTimeOffset acceptedAt, DateTimeOffset now, int attemptsMade, TimeSpan? retryAfter, Random random, out string? whyNoMore)
    {
        if (attemptsMade > Retry)
        {
            whyNoMore = $"{Count(attemptsMade)} made, which is all that the subscription's retry setting of {Retry} allows.";
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

        // Shifting by 63 or more leaves nothing of any limit, and shifts count modulo 64.
        return doublings >= 63 || BackoffDelay.Ticks > MaxDelay.Ticks >> doublings ? MaxDelay.Ticks : BackoffDelay.Ticks << doublings;
    }
}
