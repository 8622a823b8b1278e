using EventGateway.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions;

public sealed class LogSamplerTests
{
    [Fact]
    public void Lets_one_line_a_minute_through_and_tells_how_many_it_held_back()
    {
        var clock = new FakeTimeProvider();
        var sampler = new LogSampler(clock);

        sampler.TryTake(out var suppressed).ShouldBeTrue();
        suppressed.ToString().ShouldBe("");
        sampler.TryTake(out _).ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(59));
        sampler.TryTake(out _).ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        sampler.TryTake(out suppressed).ShouldBeTrue();
        suppressed.ToString().ShouldBe(" (2 more since the last line)");
    }
}
