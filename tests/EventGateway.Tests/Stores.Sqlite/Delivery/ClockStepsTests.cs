using EventGateway.Abstractions;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class ClockStepsTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ClockSteps _steps = new();

    [Fact]
    public void Has_one_entry_for_each_step_of_the_clock()
    {
        var clock = new SteppedTimeProvider { Jitters = true };
        var steady = SteadyTimeProvider.Of(clock);
        clock.Step(Day);
        for (var number = 1; number <= 10_000; number++)
        {
            _steps.Note(number, steady.ClockAhead);
        }

        _steps.Count.ShouldBe(1);
    }

    [Fact]
    public void Forgets_the_events_of_a_transaction_that_failed()
    {
        _steps.Note(1, TimeSpan.Zero);
        _steps.Note(5, Day);
        _steps.Note(7, 2 * Day);
        _steps.Note(5, 3 * Day);

        _steps.Count.ShouldBe(2);
        _steps.AheadOf(4, accepted: 0).ShouldBe(TimeSpan.Zero);
        _steps.AheadOf(5, accepted: 0).ShouldBe(3 * Day);
        _steps.AheadOf(8, accepted: 0).ShouldBe(3 * Day);
    }
}
