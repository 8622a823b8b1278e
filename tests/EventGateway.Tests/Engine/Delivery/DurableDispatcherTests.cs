using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed partial class DurableDispatcherTests : IAsyncDisposable
{
    private static readonly DeliverySettings Exact = new() { Jitter = false };

    private readonly SteppedTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly DispatcherFixture _fixture;

    public DurableDispatcherTests() => _fixture = new DispatcherFixture(timeProvider: _time, durable: true);

    [Fact]
    public async Task Repeats_a_failed_delivery_with_growing_pauses_until_it_succeeds()
    {
        var failures = 3;
        Play("f", () => failures-- > 0 ? FunctionOutcome.Retryable : FunctionOutcome.Success);
        await AcceptAsync("1", "f", Exact);

        await CallsAsync("f", 1);
        foreach (var pause in (int[])[1, 2, 4])
        {
            await VerdictsAsync(_fixture.Functions.CallsOf("f"));
            await RestAsync();
            var calls = _fixture.Functions.CallsOf("f");
            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            _fixture.Functions.CallsOf("f").ShouldBe(calls);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await CallsAsync("f", calls + 1);
        }

        await VerdictsAsync(4);
        _fixture.Durable.Verdicts.Select(item => item.Verdict.Fate).ShouldBe(
            [DeliveryFate.Retried, DeliveryFate.Retried, DeliveryFate.Retried, DeliveryFate.Delivered]);
        _fixture.Durable.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(-7)]
    [InlineData(7)]
    public async Task Setting_the_clock_neither_delays_an_attempt_nor_makes_an_event_too_old(int days)
    {
        var failures = 2;
        Play("f", () => failures-- > 0 ? FunctionOutcome.Retryable : FunctionOutcome.Success);
        await AcceptAsync("1", "f", Exact with { MaxAge = TimeSpan.FromMinutes(1) });
        await VerdictsAsync(1);
        await RestAsync();

        _time.Step(TimeSpan.FromDays(days));
        _time.Advance(TimeSpan.FromSeconds(1));
        await VerdictsAsync(2);
        await RestAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        await VerdictsAsync(3);

        _fixture.Durable.Verdicts.Select(item => item.Verdict.Fate).ShouldBe([DeliveryFate.Retried, DeliveryFate.Retried, DeliveryFate.Delivered]);
        _fixture.Durable.Verdicts[1].Verdict.Attempt!.Time.ShouldBe(_time.GetUtcNow() - TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Keeps_a_delivery_that_failed_for_good_as_a_dead_letter()
    {
        Play("f", () => FunctionOutcome.Permanent);
        await AcceptAsync("1", "f");

        await VerdictsAsync(1);
        var verdict = _fixture.Durable.Verdicts.Single().Verdict;
        verdict.Fate.ShouldBe(DeliveryFate.DeadLettered);
        verdict.Reason.ShouldBe("played");
        verdict.Attempt.ShouldNotBeNull().Outcome.ShouldBe(FunctionOutcome.Permanent);
    }

    [Fact]
    public async Task Keeps_the_beginning_of_an_error_answer_with_the_attempt()
    {
        var answer = System.Text.Encoding.UTF8.GetBytes(new string('a', 1024) + "b");
        _fixture.Functions.Play("f", _ => Task.FromResult(new FunctionResult(FunctionOutcome.Permanent, answer) { Status = 400, Error = "played" }));
        await AcceptAsync("1", "f");

        await VerdictsAsync(1);
        var attempt = _fixture.Durable.Verdicts.Single().Verdict.Attempt.ShouldNotBeNull();
        attempt.Error.ShouldBe("played It said: " + new string('a', 1024));
        attempt.Status.ShouldBe(400);
    }

    [Fact]
    public async Task Counts_attempts_by_outcome_and_shows_open_circuits()
    {
        Play("f", () => FunctionOutcome.TimedOut);
        for (var i = 0; i < 10; i++)
        {
            await AcceptAsync($"{i}", "f", new DeliverySettings { Retry = 0 });
        }

        await VerdictsAsync(10);
        _fixture.Counted("delivery_attempts_total{space=default,outcome=timed_out}", "eventgateway_").ShouldBe(10);
        _fixture.Counted("dead_letters_total{space=default}", "eventgateway_").ShouldBe(10);
        _fixture.Counted("function_circuit{space=default,function=f}", "eventgateway_").ShouldBe(2);
    }

    [Fact]
    public async Task Shows_no_circuit_of_a_deleted_function_and_calls_one_that_takes_its_id()
    {
        Play("f", () => FunctionOutcome.TimedOut);
        for (var i = 0; i < 10; i++)
        {
            await AcceptAsync($"{i}", "f", new DeliverySettings { Retry = 0 });
        }

        await VerdictsAsync(10);
        await Eventually.HoldsAsync(() => _fixture.LaneCount == 0, "the lane to close");
        _fixture.Deleted["f"] = true;
        _fixture.Gates.Forget(new ChangedRoutes("default", FunctionId: "f"));

        _fixture.Counted("function_circuit{space=default,function=f}", "eventgateway_").ShouldBe(0);
        _fixture.Gates.Count.ShouldBe(0);

        _fixture.Deleted.Clear();
        await AcceptAsync("10", "f", new DeliverySettings { Retry = 0 });
        await CallsAsync("f", 11);
    }

    [Fact]
    public async Task Dead_letters_a_delivery_when_the_retries_are_used_up()
    {
        Play("f", () => FunctionOutcome.Retryable);
        await AcceptAsync("1", "f", Exact with { Retry = 1 });

        await VerdictsAsync(1);
        await RestAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await VerdictsAsync(2);
        _fixture.Durable.Verdicts.Select(item => item.Verdict.Fate).ShouldBe([DeliveryFate.Retried, DeliveryFate.DeadLettered]);
        _fixture.Durable.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Forwards_dead_letters_to_the_function_for_them()
    {
        Play("f", () => FunctionOutcome.Permanent);
        await AcceptAsync("1", "f", new DeliverySettings { DeadLetterFunctionId = "undertaker" });

        await VerdictsAsync(2);
        var letter = _fixture.Functions.Calls.Single(call => call.Function.FunctionId == "undertaker").Body;
        letter.ShouldContain("\"id\":\"1\"");
        letter.ShouldContain("\"deadletterreason\":\"played\"");
        letter.ShouldContain("\"deadletterattempts\":1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("undertaker")]
    public async Task Forwards_a_dead_letter_to_the_function_that_the_subscription_names_when_the_call_ends(string? before)
    {
        var release = new TaskCompletionSource();
        _fixture.Functions.Play("f", async _ =>
        {
            await release.Task;
            return new FunctionResult(FunctionOutcome.Permanent) { Error = "played" };
        });
        await AcceptAsync("1", "f", new DeliverySettings { DeadLetterFunctionId = before });
        await CallsAsync("f", 1);

        _fixture.Route("f", new DeliverySettings { DeadLetterFunctionId = "successor" });
        release.SetResult();

        await CallsAsync("successor", 1);
        _fixture.Functions.CallsOf("undertaker").ShouldBe(0);
    }

    [Fact]
    public async Task Does_not_forward_a_dead_letter_twice()
    {
        Play("f", () => FunctionOutcome.Permanent);
        Play("undertaker", () => FunctionOutcome.Permanent);
        await AcceptAsync("1", "f", new DeliverySettings { DeadLetterFunctionId = "undertaker" });

        await VerdictsAsync(2);
        _fixture.Durable.Count.ShouldBe(0);
        _fixture.Functions.CallsOf("undertaker").ShouldBe(1);
    }

    [Fact]
    public async Task Opens_the_circuit_of_a_function_that_keeps_failing_and_probes_it()
    {
        Play("f", () => FunctionOutcome.Retryable);
        for (var i = 0; i < 200; i++)
        {
            await AcceptAsync($"{i}", "f", new DeliverySettings { BackoffDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) }, concurrency: 1);
        }

        await CallsAsync("f", 10);
        await VerdictsAsync(10);
        for (var probe = 1; probe <= 3; probe++)
        {
            _time.Advance(TimeSpan.FromSeconds(1 << (probe - 1)));
            await VerdictsAsync(10 + probe);
            _fixture.Functions.CallsOf("f").ShouldBe(10 + probe);
        }

        Play("f", () => FunctionOutcome.Success);
        _time.Advance(TimeSpan.FromSeconds(8));
        await VerdictsAsync(200);
    }

    [Fact]
    public async Task Delivers_to_other_functions_while_a_circuit_is_open()
    {
        Play("broken", () => FunctionOutcome.Retryable);
        for (var i = 0; i < 100; i++)
        {
            await AcceptAsync($"b{i}", "broken");
            await AcceptAsync($"w{i}", "well");
        }

        await CallsAsync("well", 100);
    }

    [Fact]
    public async Task Makes_no_more_deliveries_of_a_subscription_at_once_than_it_allows()
    {
        var release = _fixture.Functions.Hang("f");
        for (var i = 0; i < 50; i++)
        {
            await AcceptAsync($"{i}", "f", new DeliverySettings { MaxConcurrency = 3 });
        }

        await CallsAsync("f", 3);
        release.SetResult();
        await VerdictsAsync(50);
        _fixture.Functions.MaxConcurrency("f").ShouldBe(3);
    }

    [Fact]
    public async Task Spreads_deliveries_over_time_as_the_rate_limit_says()
    {
        for (var i = 0; i < 30; i++)
        {
            await AcceptAsync($"{i}", "f", new DeliverySettings { RateLimit = 10 });
        }

        // The burst of a tenth of a second is one delivery.
        await VerdictsAsync(1);
        await RestAsync();
        for (var seconds = 1; seconds <= 2; seconds++)
        {
            for (var tick = 0; tick < 10; tick++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                await VerdictsAsync(Math.Min(30, 1 + ((seconds - 1) * 10) + tick + 1));
                await RestAsync();
            }

            _fixture.Functions.CallsOf("f").ShouldBe(1 + (seconds * 10));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(20.0)]
    public async Task Follows_a_rate_limit_that_changes_while_deliveries_wait(double? changed)
    {
        for (var i = 0; i < 20; i++)
        {
            await AcceptAsync($"{i}", "f", new DeliverySettings { RateLimit = 0.001 });
        }

        await VerdictsAsync(1);
        await RestAsync();
        _fixture.Route("f", new DeliverySettings { RateLimit = changed });
        for (var tick = 0; tick < 40 && _fixture.Durable.Verdicts.Count < 20; tick++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Eventually.HoldsAsync(() => _fixture.Dispatcher.WakeUpCount == 1 || _fixture.Durable.Verdicts.Count >= 20, "the next attempt to have a time");
        }

        await VerdictsAsync(20);
    }

    [Fact]
    public async Task Keeps_the_rate_limit_when_events_arrive_one_by_one()
    {
        var settings = new DeliverySettings { RateLimit = 10 };
        for (var i = 1; i <= 5; i++)
        {
            await AcceptAsync($"{i}", "f", settings);
            await VerdictsAsync(1);
            await RestAsync();
        }

        _fixture.Functions.CallsOf("f").ShouldBe(1);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await VerdictsAsync(2);
        await RestAsync();
        _fixture.Functions.CallsOf("f").ShouldBe(2);
    }

    [Fact]
    public async Task Leaves_waiting_deliveries_to_the_next_start_when_it_drains()
    {
        Play("f", () => FunctionOutcome.Retryable);
        await AcceptAsync("1", "f");
        await VerdictsAsync(1);

        (await _fixture.DrainAsync()).ShouldBe(0);
        _fixture.Durable.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cuts_off_and_counts_calls_at_the_deadline_of_a_drain_and_keeps_their_deliveries()
    {
        _fixture.Functions.Hang("f");
        for (var i = 0; i < 10; i++)
        {
            await AcceptAsync($"{i}", "f", new DeliverySettings { MaxConcurrency = 2 });
        }

        await CallsAsync("f", 2);
        using var deadline = new CancellationTokenSource();
        var drained = _fixture.Dispatcher.DrainAsync(deadline.Token);

        await deadline.CancelAsync();

        (await drained).ShouldBe(2);
        _fixture.Logger.Entries.ShouldBe([(LogLevel.Warning, "Shutdown: 2 accepted deliveries were not delivered in time.")]);
        await Eventually.HoldsAsync(() => _fixture.LaneCount == 0, "the lane to close");
        _fixture.Durable.Count.ShouldBe(10);
        _fixture.Durable.Verdicts.ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private async Task<Route> AcceptAsync(
        string id, string functionId, DeliverySettings? settings = null, bool put = true, int? concurrency = null)
    {
        settings = concurrency is null ? settings : (settings ?? new DeliverySettings()) with { MaxConcurrency = concurrency };
        var route = Functions.TestRoutes.To(Functions.TestRoutes.OfType("played", functionId), settings);
        if (put)
        {
            _fixture.Put(route);
        }

        (await _fixture.AcceptAsync(DispatcherFixture.Event(id), [route], default)).IsAccepted.ShouldBeTrue();
        return route;
    }

    private void Play(string functionId, Func<FunctionOutcome> outcome) => _fixture.Functions.Play(functionId, _ =>
        Task.FromResult(outcome() is var o && o is FunctionOutcome.Success ? new FunctionResult(o) : new FunctionResult(o) { Error = "played" }));

    private Task CallsAsync(string functionId, int count) => Eventually.HoldsAsync(() => _fixture.Functions.CallsOf(functionId) >= count, $"{count} calls");

    private Task VerdictsAsync(int count) => Eventually.HoldsAsync(() => _fixture.Durable.Verdicts.Count >= count, $"{count} verdicts");

    // The clock must not move before the time of the next attempt is set, which follows the verdict.
    private Task RestAsync() => Eventually.HoldsAsync(() => _fixture.Dispatcher.WakeUpCount == 1, "the next attempt to have a time");
}
