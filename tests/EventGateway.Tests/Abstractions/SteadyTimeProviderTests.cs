using EventGateway.Abstractions;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions;

public sealed class SteadyTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SteppedTimeProvider _clock = new(Start);

    [Theory]
    [InlineData(-86_400)]
    [InlineData(86_400)]
    public void Goes_on_when_the_clock_is_set(int seconds)
    {
        var steady = SteadyTimeProvider.Of(_clock);
        _clock.Advance(TimeSpan.FromSeconds(2));
        _clock.Step(TimeSpan.FromSeconds(seconds));

        steady.GetUtcNow().ShouldBe(Start.AddSeconds(2));
        steady.ClockAhead.ShouldBe(TimeSpan.FromSeconds(seconds));
        _clock.Advance(TimeSpan.FromSeconds(3));
        steady.GetUtcNow().ShouldBe(Start.AddSeconds(5));
        steady.ClockAhead.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void Takes_less_than_a_second_for_no_step()
    {
        var steady = SteadyTimeProvider.Of(_clock);
        _clock.Step(TimeSpan.FromMilliseconds(999));
        steady.ClockAhead.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(86_400)]
    public void Does_not_take_the_jitter_of_two_readings_for_a_step(int seconds)
    {
        var clock = new SteppedTimeProvider(Start) { Jitters = true };
        var steady = SteadyTimeProvider.Of(clock);
        clock.Step(TimeSpan.FromSeconds(seconds * 1.01));
        var ahead = steady.ClockAhead;
        ahead.TotalSeconds.ShouldBe(seconds * 1.01, 0.001);

        Enumerable.Range(0, 10_000).ShouldAllBe(_ => steady.ClockAhead == ahead);
        clock.Step(TimeSpan.FromSeconds(-seconds * 1.01));
        steady.ClockAhead.TotalSeconds.ShouldBe(0, 0.001);
    }

    [Fact]
    public void Is_the_same_for_all_who_ask()
    {
        var steady = SteadyTimeProvider.Of(_clock);
        _clock.Step(TimeSpan.FromDays(1));
        SteadyTimeProvider.Of(_clock).ShouldBeSameAs(steady);
        SteadyTimeProvider.Of(steady).ShouldBeSameAs(steady);
    }
}
