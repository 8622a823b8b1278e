using EventGateway.Events;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class KeyedLogSamplerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Lets_one_line_a_minute_through_for_each_name_and_kind()
    {
        var sampler = new KeyedLogSampler(_clock);

        Take(sampler, "a").ShouldBe(0);
        Take(sampler, "a").ShouldBeNull();
        Take(sampler, "b").ShouldBe(0);
        Take(sampler, "a", kind: 1).ShouldBe(0);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Take(sampler, "a").ShouldBeNull();
        _clock.Advance(TimeSpan.FromSeconds(1));
        Take(sampler, "a").ShouldBe(2);
        Take(sampler, "b").ShouldBe(0);
    }

    [Fact]
    public void Names_that_have_no_room_share_a_line()
    {
        var sampler = new KeyedLogSampler(_clock);
        for (var i = 0; i < KeyedLogSampler.MaxLines; i++)
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
    public void Gives_the_room_of_names_that_were_not_logged_for_a_minute_to_others()
    {
        var sampler = new KeyedLogSampler(_clock);
        for (var i = 0; i < 10 * KeyedLogSampler.MaxLines; i++)
        {
            Take(sampler, $"t{i}");
        }

        _clock.Advance(TimeSpan.FromMinutes(1));

        Take(sampler, "x").ShouldBe(0);
        Take(sampler, "y").ShouldBe(0);
    }

    private static long? Take(KeyedLogSampler sampler, string name, int kind = 0) =>
        sampler.TryTake(name, kind, out var suppressed) ? suppressed.Count : null;
}
