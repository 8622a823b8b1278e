using EventGateway.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Http;

public sealed class BodyPaceTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    [Fact]
    public void Without_a_minimum_rate_only_silence_counts()
    {
        var pace = new BodyPace(new BodyLimits(Silence, "--some-timeout", MinRate: 0));
        pace.Add(1, TimeSpan.FromHours(10));

        (pace.NextWait, pace.Problem).ShouldBe((Silence, BodyRead.Silent));
    }

    [Fact]
    public void All_waits_together_must_fit_the_minimum_rate()
    {
        var pace = new BodyPace(new BodyLimits(Silence, "--some-timeout", MinRate: 100));

        (pace.NextWait, pace.Problem).ShouldBe((BodyPace.Grace, BodyRead.TooSlow));
        pace.Add(1000, TimeSpan.FromSeconds(4));
        pace.NextWait.ShouldBe(TimeSpan.FromSeconds(11));
        pace.Add(0, TimeSpan.FromSeconds(12));
        pace.NextWait.ShouldBe(TimeSpan.Zero);
        pace.Add(1_000_000, TimeSpan.Zero);
        (pace.NextWait, pace.Problem).ShouldBe((Silence, BodyRead.Silent));
    }

    [Fact]
    public void The_error_names_the_limit()
    {
        var limits = new BodyLimits(TimeSpan.FromSeconds(1.5), "--some-timeout", MinRate: 100);

        limits.Describe(BodyRead.Silent).ShouldBe("The body of the request stopped before its end: no data came for 1.5 seconds, the limit of --some-timeout.");
        limits.Describe(BodyRead.TooSlow).ShouldBe("The body of the request comes too slowly: less than 100 bytes a second, the limit of --min-request-rate.");
    }
}
