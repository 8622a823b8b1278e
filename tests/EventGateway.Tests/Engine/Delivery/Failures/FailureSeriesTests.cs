using CsCheck;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Delivery.Failures;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Failures;

public sealed class FailureSeriesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Limit = TimeSpan.FromHours(8);
    private static readonly TimeSpan MaxPause = TimeSpan.FromHours(4);

    [Fact]
    public void Reaches_each_stage_as_a_list_of_all_failures_says() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 300], Gen.Bool).Array[1, 40].Sample(attempts =>
        {
            var series = new FailureSeries(Start, Start, FailureStage.Begun);
            var failures = new List<DateTimeOffset> { Start };
            var reached = FailureStage.Begun;
            foreach (var (pause, wait, isTriedAgain) in attempts)
            {
                var now = failures[^1] + TimeSpan.FromMinutes(pause);
                var waiting = now - TimeSpan.FromMinutes(wait);
                var wasKept = reached > FailureStage.Begun;
                var isAnew = waiting - failures[^1] > MaxPause;
                if (isAnew)
                {
                    failures.Clear();
                    reached = FailureStage.Begun;
                }

                failures.Add(now);
                var expected = StageOf(failures);

                var stage = series.Add(now, waiting, Limit, MaxPause, out var mustStore);

                stage.ShouldBe(expected > reached ? (FailureStage?)expected : null);
                mustStore.ShouldBe(Stored(expected) > Stored(reached) || (isAnew && wasKept));
                reached = expected > reached ? expected : reached;
                series.Read().ShouldBe((failures[0], now, Stored(reached)));
                if (isTriedAgain)
                {
                    series.TryAgain();
                    reached = Stored(reached);
                }
            }
        });

    [Fact]
    public void Does_not_store_failures_that_end_within_a_minute()
    {
        var series = new FailureSeries(Start, Start, FailureStage.Begun);

        series.Add(Start.AddSeconds(59), Start.AddSeconds(59), Limit, MaxPause, out var mustStore).ShouldBeNull();
        mustStore.ShouldBeFalse();
        series.Add(Start.AddSeconds(60), Start.AddSeconds(60), Limit, MaxPause, out mustStore).ShouldBe(FailureStage.Kept);
        mustStore.ShouldBeTrue();
    }

    [Fact]
    public void A_stored_series_that_had_lasted_for_all_of_the_time_ends_at_the_next_failure()
    {
        var series = new FailureSeries(Start, Start.AddHours(8), FailureStage.Over);

        series.Read().Stage.ShouldBe(FailureStage.ThreeQuarters);
        series.Add(Start.AddHours(9), Start.AddHours(9), Limit, MaxPause, out _).ShouldBe(FailureStage.Over);
    }

    // What is stored never says that the subscription is disabled, since it may not be.
    private static FailureStage Stored(FailureStage stage) => stage is FailureStage.Over ? FailureStage.ThreeQuarters : stage;

    private static FailureStage StageOf(List<DateTimeOffset> failures)
    {
        var minutes = (failures[^1] - failures[0]).TotalMinutes;
        return minutes >= 480 ? FailureStage.Over
            : minutes >= 360 ? FailureStage.ThreeQuarters
            : minutes >= 240 ? FailureStage.Half
            : minutes >= 120 ? FailureStage.Quarter
            : minutes >= 1 ? FailureStage.Kept
            : FailureStage.Begun;
    }
}
