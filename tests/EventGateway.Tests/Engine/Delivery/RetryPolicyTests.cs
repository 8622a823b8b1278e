using System.Numerics;
using CsCheck;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class RetryPolicyTests
{
    private static readonly DateTimeOffset AcceptedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Gen<TimeSpan> Delays = Gen.Long[1, TimeSpan.TicksPerDay].Select(TimeSpan.FromTicks);

    private static readonly Gen<int> Attempts = Gen.OneOf(Gen.Int[1, 100], Gen.Int[1, int.MaxValue]);

    private static readonly Gen<DeliverySettings> Settings =
        from one in Delays
        from other in Delays
        from linear in Gen.Bool
        from jitter in Gen.Bool
        from retry in Gen.Int[0, 1000].Nullable()
        from age in Gen.Long[1, 30 * TimeSpan.TicksPerDay].Select(TimeSpan.FromTicks)
        select new DeliverySettings
        {
            BackoffDelay = one < other ? one : other,
            MaxDelay = one < other ? other : one,
            BackoffPolicy = linear ? BackoffPolicy.Linear : BackoffPolicy.Exponential,
            Jitter = jitter,
            Retry = retry,
            MaxAge = age,
        };

    [Fact]
    public void Has_the_documented_defaults()
    {
        var policy = RetryPolicy.Of(null);

        policy.Retry.ShouldBeNull();
        policy.Backoff.ShouldBe(BackoffPolicy.Exponential);
        policy.BackoffDelay.ShouldBe(TimeSpan.FromSeconds(1));
        policy.MaxDelay.ShouldBe(TimeSpan.FromMinutes(10));
        policy.Jitter.ShouldBeTrue();
        policy.MaxAge.ShouldBe(TimeSpan.FromDays(1));
        RetryPolicy.Of(new DeliverySettings { Timeout = TimeSpan.FromSeconds(1), Guarantee = DeliveryGuarantee.AtLeastOnce }).ShouldBeSameAs(policy);
    }

    [Fact]
    public void Raises_the_maximum_wait_to_a_longer_first_wait() =>
        RetryPolicy.Of(new DeliverySettings { BackoffDelay = TimeSpan.FromHours(1) }).MaxDelay.ShouldBe(TimeSpan.FromHours(1));

    [Theory]
    [InlineData(BackoffPolicy.Exponential, new[] { 2, 4, 8, 16, 30, 30 })]
    [InlineData(BackoffPolicy.Linear, new[] { 2, 4, 6, 8, 10, 12 })]
    public void Waits_longer_after_each_attempt_up_to_the_maximum(BackoffPolicy backoff, int[] seconds)
    {
        var policy = RetryPolicy.Of(new DeliverySettings
        {
            BackoffPolicy = backoff,
            BackoffDelay = TimeSpan.FromSeconds(2),
            MaxDelay = TimeSpan.FromSeconds(30),
            Jitter = false,
        });

        Enumerable.Range(1, seconds.Length).Select(attempts => policy.DelayAfter(attempts, null, Random.Shared).TotalSeconds)
            .ShouldBe(seconds.Select(second => (double)second));
    }

    [Fact]
    public void Jitter_shortens_a_wait_by_half_at_most() =>
        Gen.Select(Settings, Attempts).Sample((settings, attempts) =>
        {
            var policy = RetryPolicy.Of(settings);
            var growth = policy.Backoff is BackoffPolicy.Linear ? attempts : BigInteger.Pow(2, Math.Min(attempts - 1, 100));
            var plain = (long)BigInteger.Min(policy.BackoffDelay.Ticks * growth, policy.MaxDelay.Ticks);

            var delay = policy.DelayAfter(attempts, null, Random.Shared).Ticks;

            delay.ShouldBeInRange(policy.Jitter ? plain - (plain / 2) : plain, plain);
        });

    [Fact]
    public void Jitter_spreads_waits_over_the_whole_upper_half()
    {
        var policy = RetryPolicy.Of(new DeliverySettings { BackoffDelay = TimeSpan.FromSeconds(10) });
        var random = new Random(7);

        var waits = Enumerable.Range(0, 10_000).Select(_ => policy.DelayAfter(1, null, random).TotalSeconds).ToList();

        waits.Min().ShouldBeInRange(5, 5.01);
        waits.Max().ShouldBeInRange(9.99, 10);
        waits.Average().ShouldBeInRange(7.4, 7.6);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(60, 60)]
    [InlineData(3600, 3600)]
    [InlineData(1_000_000, 86_400)]
    public void Waits_as_long_as_the_function_asks(int retryAfter, int expected)
    {
        var policy = RetryPolicy.Of(new DeliverySettings { BackoffDelay = TimeSpan.FromSeconds(10), Jitter = false });

        policy.DelayAfter(1, TimeSpan.FromSeconds(retryAfter), Random.Shared).ShouldBe(TimeSpan.FromSeconds(expected));
    }

    [Fact]
    public void Rejects_a_wait_before_the_first_attempt() =>
        Should.Throw<ArgumentOutOfRangeException>(() => RetryPolicy.Of(null).DelayAfter(0, null, Random.Shared));

    [Theory]
    [InlineData(0, 1, "1 attempt was made; the subscription's retry setting allows no more.")]
    [InlineData(2, 3, "3 attempts were made; the subscription's retry setting allows no more.")]
    [InlineData(2, 2, null)]
    [InlineData(2, 1, null)]
    public void Ends_when_the_retries_are_used_up(int retry, int attemptsMade, string? reason)
    {
        var policy = RetryPolicy.Of(new DeliverySettings { Retry = retry });

        policy.NextAttempt(AcceptedAt, AcceptedAt, attemptsMade, null, Random.Shared, out var whyNoMore).HasValue.ShouldBe(reason is null);

        whyNoMore.ShouldBe(reason);
    }

    [Fact]
    public void Ends_when_the_event_would_be_too_old()
    {
        var policy = RetryPolicy.Of(new DeliverySettings { MaxAge = TimeSpan.FromMinutes(1), BackoffDelay = TimeSpan.FromSeconds(10), Jitter = false });
        var lastChance = AcceptedAt + TimeSpan.FromSeconds(50);

        policy.NextAttempt(AcceptedAt, lastChance, 1, null, Random.Shared, out var none).ShouldBe(AcceptedAt + TimeSpan.FromMinutes(1));
        policy.NextAttempt(AcceptedAt, lastChance + TimeSpan.FromTicks(1), 1, null, Random.Shared, out var why).ShouldBeNull();
        policy.NextAttempt(AcceptedAt, AcceptedAt, 1, TimeSpan.FromMinutes(2), Random.Shared, out _).ShouldBeNull();

        none.ShouldBeNull();
        why.ShouldBe("1 attempt was made, and the next one would come after the event's maximum age of PT1M.");
    }

    [Fact]
    public void Retries_within_the_maximum_age_or_returns_why_not() =>
        Gen.Select(Settings, Attempts, Gen.Long[0, 31 * TimeSpan.TicksPerDay], Delays.Nullable()).Sample((settings, attempts, waited, retryAfter) =>
        {
            var policy = RetryPolicy.Of(settings);
            var now = AcceptedAt.AddTicks(waited);

            var next = policy.NextAttempt(AcceptedAt, now, attempts, retryAfter, Random.Shared, out var whyNoMore);

            (next is null).ShouldBe(whyNoMore is not null);
            if (next is { } due)
            {
                due.ShouldBeGreaterThanOrEqualTo(now + (retryAfter ?? TimeSpan.Zero));
                due.ShouldBeLessThanOrEqualTo(AcceptedAt + policy.MaxAge);
                (attempts <= (policy.Retry ?? int.MaxValue)).ShouldBeTrue();
            }
        });
}
