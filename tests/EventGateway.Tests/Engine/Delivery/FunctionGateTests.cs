using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class FunctionGateTests : IAsyncDisposable
{
    private const int Concurrency = 3;

    private static readonly FunctionKey Function = new("default", "f");

    private readonly FakeTimeProvider _clock = new();
    private readonly DispatcherFixture _fixture;
    private readonly FunctionGate _gate;
    private readonly List<CircuitState> _changes = [];

    public FunctionGateTests()
    {
        _fixture = new DispatcherFixture(timeProvider: _clock);
        _gate = new FunctionGate(Function, Concurrency, _clock, (function, state) =>
        {
            function.ShouldBe(Function);
            _changes.Add(state);
        });
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public void Lets_a_bounded_number_of_calls_in_at_once()
    {
        var lanes = Enumerable.Range(0, Concurrency + 1).Select(_ => Lane()).ToArray();

        lanes.Select(_gate.TryEnter).ShouldBe([true, true, true, false]);
        lanes.Select(lane => lane.IsInLine).ShouldBe([false, false, false, true]);
    }

    [Fact]
    public void A_call_that_ends_lets_another_in()
    {
        EnterAll();
        _gate.Leave(healthy: true);

        _gate.TryEnter(Lane()).ShouldBeTrue();
        _gate.TryEnter(Lane()).ShouldBeFalse();
    }

    [Fact]
    public async Task Grants_a_free_call_to_the_lane_that_waits_longest()
    {
        EnterAll();
        DeliveryLane[] lanes = [Lane(), Lane()];
        Array.ForEach(lanes, lane => _gate.TryEnter(lane).ShouldBeFalse());

        _gate.Leave(healthy: true);

        lanes[0].IsInLine.ShouldBeFalse();
        // The lane cannot use the call and passes it to the next, which gives it back.
        await Eventually.HoldsAsync(() => !lanes[1].IsInLine);
        await Eventually.HoldsAsync(() => _gate.TryEnter(Lane()));
    }

    [Fact]
    public async Task A_lane_that_asks_twice_is_granted_one_call()
    {
        EnterAll();
        var lane = Lane();
        _gate.TryEnter(lane);
        _gate.TryEnter(lane);
        var next = Lane();
        _gate.TryEnter(next);

        _gate.Leave(healthy: true);

        await Eventually.HoldsAsync(() => !next.IsInLine);
        lane.IsInLine.ShouldBeFalse();
    }

    [Fact]
    public void Refuses_calls_after_ten_failures_in_a_row()
    {
        Fail(9);
        _gate.State.ShouldBe(CircuitState.Closed);
        Fail(1);

        _gate.State.ShouldBe(CircuitState.Open);
        _changes.ShouldBe([CircuitState.Open]);
        _gate.TryEnter(Lane()).ShouldBeFalse();
    }

    [Fact]
    public void A_probe_can_be_made_before_the_pause_ends_and_beside_a_call_that_hangs()
    {
        _gate.TryEnter(Lane()).ShouldBeTrue();
        Fail(10);
        _gate.TryEnter(Lane()).ShouldBeFalse();

        _gate.ProbeNow();
        _gate.State.ShouldBe(CircuitState.HalfOpen);
        _changes.ShouldBe([CircuitState.Open, CircuitState.HalfOpen]);
    }

    [Fact]
    public void Another_probe_can_be_made_beside_one_that_hangs_but_no_more_calls_than_allowed()
    {
        Fail(10);
        for (var probes = 1; probes <= Concurrency; probes++)
        {
            _gate.ProbeNow();
            _gate.TryEnter(Lane()).ShouldBeTrue();
            _gate.IsFull.ShouldBe(probes == Concurrency);
        }

        _gate.ProbeNow();
        _gate.TryEnter(Lane()).ShouldBeFalse();
    }

    [Fact]
    public void A_reset_lets_calls_in_although_a_probe_hangs()
    {
        Fail(10);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _gate.TryEnter(Lane()).ShouldBeTrue();
        var epoch = _gate.Epoch;
        _gate.TryEnter(Lane()).ShouldBeFalse();

        _gate.Reset().ShouldBeTrue();

        _gate.State.ShouldBe(CircuitState.Closed);
        _gate.Leave(healthy: false, epoch);
        _gate.State.ShouldBe(CircuitState.Closed);
        _gate.Reset().ShouldBeFalse();
    }

    [Fact]
    public void Calls_that_began_before_a_reset_do_not_open_the_circuit_breaker()
    {
        Fail(9);
        _gate.TryEnter(Lane()).ShouldBeTrue();
        var epoch = _gate.Epoch;
        _gate.Reset();
        _gate.Leave(healthy: false, epoch);
        Fail(9);

        _gate.State.ShouldBe(CircuitState.Closed);
        Fail(1);
        _gate.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void The_pause_begins_with_a_second_again_after_a_reset()
    {
        Fail(10);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Fail(1);
        _gate.Reset();
        Fail(10);
        _gate.State.ShouldBe(CircuitState.Open);

        _clock.Advance(TimeSpan.FromSeconds(1));
        _gate.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void A_closed_circuit_breaker_needs_no_probe()
    {
        _gate.ProbeNow();

        _gate.State.ShouldBe(CircuitState.Closed);
        _changes.ShouldBeEmpty();
    }

    [Fact]
    public void Counts_failures_from_zero_after_a_success_but_not_after_a_neutral_call()
    {
        Fail(9);
        Call(healthy: true);
        Fail(9);
        _gate.State.ShouldBe(CircuitState.Closed);
        Call(healthy: null);
        Fail(1);

        _gate.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Lets_one_call_in_after_a_second_and_all_after_its_success()
    {
        Fail(10);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        _gate.State.ShouldBe(CircuitState.Open);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        _gate.State.ShouldBe(CircuitState.HalfOpen);
        new[] { Lane(), Lane() }.Select(_gate.TryEnter).ShouldBe([true, false]);
        _gate.Leave(healthy: true);
        _changes.ShouldBe([CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed]);
    }

    [Fact]
    public void Waits_twice_as_long_after_each_probe_that_fails_up_to_a_minute()
    {
        Fail(10);
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            _gate.State.ShouldBe(CircuitState.Open);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            _gate.State.ShouldBe(CircuitState.HalfOpen);
            Fail(1);
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        Call(healthy: true);
        Fail(10);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _gate.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void Probes_again_after_a_neutral_probe()
    {
        Fail(10);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Call(healthy: null);

        _gate.State.ShouldBe(CircuitState.HalfOpen);
        _gate.TryEnter(Lane()).ShouldBeTrue();
    }

    [Fact]
    public void Begins_no_probe_while_earlier_calls_are_under_way()
    {
        _gate.TryEnter(Lane()).ShouldBeTrue();
        Fail(10);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var lane = Lane();

        _gate.TryEnter(lane).ShouldBeFalse();
        _gate.Leave(healthy: null);

        lane.IsInLine.ShouldBeFalse();
    }

    [Fact]
    public void A_failure_that_began_before_the_pause_does_not_prolong_it()
    {
        _gate.TryEnter(Lane()).ShouldBeTrue();
        Fail(10);
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        _gate.Leave(healthy: false);

        _clock.Advance(TimeSpan.FromMilliseconds(500));

        _gate.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void Grants_no_call_during_the_pause()
    {
        Fail(9);
        EnterAll();
        var lane = Lane();
        _gate.TryEnter(lane).ShouldBeFalse();

        for (var i = 0; i < Concurrency; i++)
        {
            _gate.Leave(healthy: false);
        }

        lane.IsInLine.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromSeconds(1));
        lane.IsInLine.ShouldBeFalse();
    }

    [Fact]
    public void A_success_that_began_before_the_pause_ends_it_without_a_probe()
    {
        _gate.TryEnter(Lane()).ShouldBeTrue();
        Fail(10);
        _gate.Leave(healthy: true);

        _clock.Advance(TimeSpan.FromSeconds(1));

        _changes.ShouldBe([CircuitState.Open, CircuitState.Closed]);
        EnterAll();
    }

    [Fact]
    public void Pauses_for_a_whole_second_after_a_pause_that_a_success_has_ended()
    {
        _gate.TryEnter(Lane()).ShouldBeTrue();
        Fail(10);
        _clock.Advance(TimeSpan.FromMilliseconds(600));
        _gate.Leave(healthy: true);
        Fail(10);

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        _gate.State.ShouldBe(CircuitState.Open);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _gate.State.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public void Counts_the_bytes_that_are_leased()
    {
        _gate.CountLeased(100);
        _gate.CountLeased(-40);

        _gate.LeasedBytes.ShouldBe(60);
    }

    [Fact]
    public void Begins_no_probe_after_disposal()
    {
        Fail(10);
        _gate.Dispose();

        _clock.Advance(TimeSpan.FromMinutes(1));

        _gate.State.ShouldBe(CircuitState.Open);
    }

    private DeliveryLane Lane() => _fixture.Dispatcher.Lanes.Create(new SubscriptionKey("default", "sub-f", "f"), _gate);

    private void EnterAll()
    {
        for (var i = 0; i < Concurrency; i++)
        {
            _gate.TryEnter(Lane()).ShouldBeTrue();
        }
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
        {
            Call(healthy: false);
        }
    }

    private void Call(bool? healthy)
    {
        _gate.TryEnter(Lane()).ShouldBeTrue();
        _gate.Leave(healthy);
    }
}
