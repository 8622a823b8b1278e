using EventGateway.Engine.Routing;
using EventGateway.Events;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class UnmatchedSamplerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Lets_one_line_a_minute_through_for_each_type_and_reason()
    {
        var sampler = new UnmatchedSampler(_clock);

        Take(sampler, "a").ShouldBe(0);
        Take(sampler, "a").ShouldBeNull();
        Take(sampler, "b").ShouldBe(0);
        Take(sampler, "a", UnmatchedReason.NoPath).ShouldBe(0);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Take(sampler, "a").ShouldBeNull();
        _clock.Advance(TimeSpan.FromSeconds(1));
        Take(sampler, "a").ShouldBe(2);
        Take(sampler, "b").ShouldBe(0);
    }

    [Fact]
    public void Types_that_have_no_room_share_a_line()
    {
        var sampler = new UnmatchedSampler(_clock);
        for (var i = 0; i < UnmatchedSampler.MaxLines; i++)
        {
            Take(sampler, $"t{i}").ShouldBe(0);
        }

        Take(sampler, "x").ShouldBe(0);
        Take(sampler, "y").ShouldBeNull();
        Take(sampler, "t0").ShouldBeNull();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Take(sampler, "t0").ShouldBe(1);
    }

    [Fact]
    public void Gives_the_room_of_types_that_were_not_logged_for_a_minute_to_others()
    {
        var sampler = new UnmatchedSampler(_clock);
        for (var i = 0; i < 10 * UnmatchedSampler.MaxLines; i++)
        {
            Take(sampler, $"t{i}");
        }

        _clock.Advance(TimeSpan.FromMinutes(1));

        Take(sampler, "x").ShouldBe(0);
        Take(sampler, "y").ShouldBe(0);
    }

    private static long? Take(UnmatchedSampler sampler, string type, UnmatchedReason reason = UnmatchedReason.NoType) =>
        sampler.TryTake(type, reason, out var suppressed) ? suppressed : null;
}
