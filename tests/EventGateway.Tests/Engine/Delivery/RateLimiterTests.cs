using CsCheck;
using EventGateway.Engine.Delivery;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class RateLimiterTests
{
    private readonly SteppedTimeProvider _clock = new();
    private readonly RateLimiter _limiter;

    public RateLimiterTests() => _limiter = new RateLimiter(_clock);

    [Fact]
    public void Allows_the_first_delivery_at_once()
    {
        _limiter.WaitUntil(0.001).ShouldBeNull();
        _limiter.RemembersUntil.ShouldBeNull();
    }

    [Theory]
    [InlineData(0.1, 10_000)]
    [InlineData(1, 1_000)]
    [InlineData(10, 100)]
    public void Spreads_deliveries_evenly(double rate, int milliseconds)
    {
        for (var i = 0; i < 5; i++)
        {
            _limiter.WaitUntil(rate).ShouldBeNull();
            _limiter.Count(rate);
            _limiter.WaitUntil(rate).ShouldBe(_clock.GetUtcNow().AddMilliseconds(milliseconds));
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            _limiter.WaitUntil(rate).ShouldNotBeNull();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Theory]
    [InlineData(100, 10)]
    [InlineData(1000, 100)]
    public void Allows_a_burst_of_a_tenth_of_a_second(double rate, int atOnce)
    {
        TakeAll(rate).ShouldBe(atOnce);

        _clock.Advance(TimeSpan.FromMilliseconds(50));
        TakeAll(rate).ShouldBe(atOnce / 2);

        // Unused deliveries of a long time do not add up.
        _clock.Advance(TimeSpan.FromHours(1));
        TakeAll(rate).ShouldBe(atOnce);
    }

    [Fact]
    public void Keeps_the_rate_at_any_times_of_the_requests() => Gen.Select(Gen.Double[0.5, 5000], Gen.Int[0, 700].Array[1, 40]).Sample((rate, pauses) =>
    {
        var clock = new SteppedTimeProvider();
        var limiter = new RateLimiter(clock);
        var (made, passed) = (0, TimeSpan.Zero);
        foreach (var pause in pauses)
        {
            clock.Advance(TimeSpan.FromMilliseconds(pause));
            passed += TimeSpan.FromMilliseconds(pause);
            made += TakeAll(limiter, rate);
        }

        return made <= (rate * passed.TotalSeconds) + Math.Max(1, rate / 10) + 0.001;
    });

    [Fact]
    public void Follows_the_current_rate()
    {
        _limiter.Count(0.001);
        _limiter.WaitUntil(1000).ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromSeconds(1000));

        TakeAll(1000).ShouldBe(100);
    }

    [Fact]
    public void Remembers_a_delivery_until_the_next_even_time()
    {
        _limiter.Count(100);
        _limiter.Count(100);

        _limiter.RemembersUntil.ShouldBe(_clock.GetUtcNow().AddMilliseconds(20));
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        _limiter.RemembersUntil.ShouldBeNull();
    }

    [Theory]
    [InlineData(-7)]
    [InlineData(7)]
    public void Setting_the_clock_changes_no_wait(int days)
    {
        _limiter.Count(1);
        _clock.Step(TimeSpan.FromDays(days));

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        _limiter.WaitUntil(1).ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _limiter.WaitUntil(1).ShouldBeNull();
    }

    private int TakeAll(double rate) => TakeAll(_limiter, rate);

    private static int TakeAll(RateLimiter limiter, double rate)
    {
        var made = 0;
        for (; limiter.WaitUntil(rate) is null; made++)
        {
            limiter.Count(rate);
        }

        return made;
    }
}
