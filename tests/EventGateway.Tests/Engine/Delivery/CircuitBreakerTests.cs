using EventGateway.Engine.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class CircuitBreakerTests
{
    private readonly CircuitBreaker _breaker = new();

    [Fact]
    public void Opens_after_ten_failures_in_a_row()
    {
        Fail(9).ShouldAllBe(pause => pause == null);
        _breaker.State.ShouldBe(CircuitState.Closed);

        _breaker.Fail().ShouldBe(TimeSpan.FromSeconds(1));
        _breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Counts_from_zero_after_a_success()
    {
        Fail(9);
        _breaker.Succeed();
        Fail(9).ShouldAllBe(pause => pause == null);
    }

    [Fact]
    public void Ignores_calls_that_were_under_way_when_it_opened()
    {
        Fail(10);
        Fail(50).ShouldAllBe(pause => pause == null);
        _breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Doubles_the_pause_with_each_failed_probe_up_to_a_minute()
    {
        Fail(10);
        var pauses = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            _breaker.Probe();
            pauses.Add(_breaker.Fail()!.Value.TotalSeconds);
        }

        pauses.ShouldBe([2, 4, 8, 16, 32, 60, 60, 60]);
    }

    [Fact]
    public void Begins_no_probe_unless_it_is_open()
    {
        _breaker.Probe();
        _breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Closes_after_a_successful_probe_and_resets_the_pause()
    {
        Fail(10);
        _breaker.Probe();
        _breaker.State.ShouldBe(CircuitState.HalfOpen);
        _breaker.Succeed();
        _breaker.State.ShouldBe(CircuitState.Closed);
        Fail(10)[^1].ShouldBe(TimeSpan.FromSeconds(1));
    }

    private List<TimeSpan?> Fail(int times) => [.. Enumerable.Range(0, times).Select(_ => _breaker.Fail())];
}
