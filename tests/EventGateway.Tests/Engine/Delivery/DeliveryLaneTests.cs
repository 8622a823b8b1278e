using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>Lanes of one subscription, and of several subscriptions to one function.</summary>
public sealed class DeliveryLaneTests
{
    private static readonly DeliverySettings One = new() { MaxConcurrency = 1, Jitter = false };

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keeps_the_order_when_one_delivery_is_made_at_once(bool durable)
    {
        await using var fixture = Start(durable);
        fixture.Functions.Play("f", async _ =>
        {
            await Task.Yield();
            return new FunctionResult(FunctionOutcome.Success);
        });
        var route = fixture.Route("f", One);

        await AcceptAsync(fixture, route, 200);

        await CallsAsync(fixture, 200);
        Ids(fixture).ShouldBe(Enumerable.Range(0, 200).Select(i => $"{i}"));
        fixture.Functions.MaxConcurrency("f").ShouldBe(1);
    }

    [Theory]
    [InlineData(3, 64, 3)]
    [InlineData(100, 4, 4)]
    [InlineData(null, 4, 4)]
    public async Task Makes_as_many_deliveries_at_once_as_the_subscription_and_the_function_allow(int? subscription, int function, int most)
    {
        await using var fixture = Start(durable: true, function);
        var release = fixture.Functions.Hang("f");
        await AcceptAsync(fixture, fixture.Route("f", new DeliverySettings { MaxConcurrency = subscription }), 50);

        await CallsAsync(fixture, most);
        release.SetResult();

        await CallsAsync(fixture, 50);
        fixture.Functions.MaxConcurrency("f").ShouldBe(most);
    }

    [Fact]
    public async Task Shares_the_calls_of_a_function_with_its_other_subscriptions()
    {
        await using var fixture = Start(durable: true, concurrency: 2);
        var release = fixture.Functions.Hang("f");
        Route[] routes = [fixture.Route("f", One, "a"), fixture.Route("f", One, "b"), fixture.Route("f", One, "c")];
        foreach (var route in routes)
        {
            await AcceptAsync(fixture, route, 20);
        }

        await CallsAsync(fixture, 2);
        release.SetResult();

        await CallsAsync(fixture, 60);
        fixture.Functions.MaxConcurrency("f").ShouldBe(2);
    }

    [Fact]
    public async Task Uses_the_settings_in_force_when_it_leases()
    {
        await using var fixture = Start(durable: true);
        var first = fixture.Functions.Hang("f");
        var route = fixture.Route("f", One);
        await AcceptAsync(fixture, route, 1);
        await CallsAsync(fixture, 1);
        var others = fixture.Functions.Hang("f");
        await AcceptAsync(fixture, route, 40);

        fixture.Route("f", One with { MaxConcurrency = 3 });
        first.SetResult();

        await CallsAsync(fixture, 4);
        others.SetResult();
        await CallsAsync(fixture, 41);
        fixture.Functions.MaxConcurrency("f").ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Makes_a_burst_and_then_keeps_the_rate_limit(bool durable)
    {
        await using var fixture = Start(durable);
        await AcceptAsync(fixture, fixture.Route("f", new DeliverySettings { RateLimit = 100 }), 40);

        await RestAsync(fixture, calls: 10);
        foreach (var calls in (int[])[11, 12, 13])
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            await RestAsync(fixture, calls);
        }

        for (var i = 0; i < 27; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            await CallsAsync(fixture, 14 + i);
            await Eventually.HoldsAsync(() => fixture.Dispatcher.WakeUpCount == 1);
        }
    }

    [Fact]
    public async Task Remembers_the_rate_limit_while_idle_and_then_closes()
    {
        await using var fixture = Start(durable: true);
        var route = fixture.Route("f", new DeliverySettings { RateLimit = 1 });
        await AcceptAsync(fixture, route, 1);
        await RestAsync(fixture, calls: 1);
        fixture.LaneCount.ShouldBe(1);

        await AcceptAsync(fixture, route, 1);
        await RestAsync(fixture, calls: 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await CallsAsync(fixture, 2);
        await Eventually.HoldsAsync(() => fixture.Dispatcher.WakeUpCount == 1);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(() => fixture.LaneCount == 0);
    }

    [Fact]
    public async Task Keeps_deliveries_of_all_subscriptions_while_the_circuit_is_open_and_probes_with_one()
    {
        await using var fixture = Start(durable: true);
        var outcome = FunctionOutcome.Retryable;
        fixture.Functions.Play("f", _ => Task.FromResult(new FunctionResult(outcome)));
        var settings = One with { Retry = 0 };
        Route[] routes = [fixture.Route("f", settings, "a"), fixture.Route("f", settings, "b")];
        await AcceptAsync(fixture, routes[0], 10);
        await VerdictsAsync(fixture, 10);
        await AcceptAsync(fixture, routes[0], 5);
        await AcceptAsync(fixture, routes[1], 5);

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        fixture.Functions.CallsOf("f").ShouldBe(10);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await VerdictsAsync(fixture, 11);
        fixture.Functions.CallsOf("f").ShouldBe(11);

        outcome = FunctionOutcome.Success;
        _clock.Advance(TimeSpan.FromSeconds(2));
        await VerdictsAsync(fixture, 20);
        fixture.Durable.Verdicts.Count(item => item.Verdict.Fate is DeliveryFate.Delivered).ShouldBe(9);
    }

    [Fact]
    public async Task Makes_other_deliveries_while_one_waits_for_its_retry()
    {
        await using var fixture = Start(durable: true);
        var failures = 1;
        fixture.Functions.Play("f", _ => Task.FromResult(new FunctionResult(failures-- > 0 ? FunctionOutcome.Retryable : FunctionOutcome.Success)));

        await AcceptAsync(fixture, fixture.Route("f", One), 3);

        await VerdictsAsync(fixture, 3);
        Ids(fixture).ShouldBe(["0", "1", "2"]);
        await Eventually.HoldsAsync(() => fixture.Dispatcher.WakeUpCount == 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await VerdictsAsync(fixture, 4);
        Ids(fixture).ShouldBe(["0", "1", "2", "0"]);
        fixture.Durable.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Makes_no_delivery_of_a_disabled_subscription_until_it_is_enabled()
    {
        await using var fixture = Start(durable: true);
        var route = fixture.Route("f", One);
        fixture.Put(new Route(route.Subscription with { Enabled = false }, route.Function));
        await AcceptAsync(fixture, route, 3);
        for (var i = 0; i < 5; i++)
        {
            await Eventually.HoldsAsync(() => fixture.Dispatcher.WakeUpCount == 1);
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        fixture.Functions.Calls.ShouldBeEmpty();
        await Eventually.HoldsAsync(() => fixture.Dispatcher.WakeUpCount == 1);
        fixture.Put(route);
        _clock.Advance(TimeSpan.FromSeconds(2));

        await VerdictsAsync(fixture, 3);
        Ids(fixture).ShouldBe(["0", "1", "2"]);
    }

    [Fact]
    public async Task Begins_no_durable_delivery_during_a_drain_and_waits_for_those_under_way()
    {
        await using var fixture = Start(durable: true);
        var release = fixture.Functions.Hang("f");
        await AcceptAsync(fixture, fixture.Route("f", new DeliverySettings { MaxConcurrency = 2 }), 10);
        await CallsAsync(fixture, 2);

        var drained = fixture.DrainAsync();

        drained.IsCompleted.ShouldBeFalse();
        release.SetResult();
        (await drained).ShouldBe(0);
        fixture.Functions.CallsOf("f").ShouldBe(2);
        fixture.Durable.Count.ShouldBe(8);
        await Eventually.HoldsAsync(() => fixture.LaneCount == 0);
    }

    [Fact]
    public async Task Waits_for_an_attempt_that_begins_while_a_drain_starts()
    {
        await using var fixture = Start(durable: true);
        var release = fixture.Functions.Hang("f");
        Task<long>? drained = null;

        // The second search is that of a worker which is about to begin an attempt.
        fixture.OnFind = finds => drained = finds == 2 ? fixture.DrainAsync() : drained;
        await AcceptAsync(fixture, fixture.Route("f", new DeliverySettings { RateLimit = 1000 }), 1);
        await CallsAsync(fixture, 1);

        drained!.IsCompleted.ShouldBeFalse();
        release.SetResult();
        (await drained).ShouldBe(0);
        fixture.Durable.Verdicts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Makes_all_deliveries_in_memory_during_a_drain()
    {
        await using var fixture = Start(durable: false);
        var release = fixture.Functions.Hang("f");
        await AcceptAsync(fixture, fixture.Route("f", One), 10);

        var drained = fixture.DrainAsync();
        release.SetResult();

        (await drained).ShouldBe(0);
        Ids(fixture).Count.ShouldBe(10);
    }

    [Fact]
    public async Task Closes_without_work_and_opens_for_new_deliveries()
    {
        await using var fixture = Start(durable: true);
        var route = fixture.Route("f");
        for (var i = 1; i <= 3; i++)
        {
            await AcceptAsync(fixture, route, 1);
            await VerdictsAsync(fixture, i);
            await Eventually.HoldsAsync(() => fixture.LaneCount == 0);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1000.0)]
    public async Task Finds_the_route_once_for_each_attempt_and_once_for_each_lease(double? rate)
    {
        await using var fixture = Start(durable: true);
        await AcceptAsync(fixture, fixture.Route("f", new DeliverySettings { RateLimit = rate }), 20);
        await VerdictsAsync(fixture, 20);

        await Eventually.HoldsAsync(() => fixture.Finds == 20 + fixture.Durable.Leases, "as many searches as attempts and leases");
    }

    [Fact]
    public async Task Logs_an_unexpected_error_of_a_worker_and_continues_with_the_deliveries_of_the_subscription()
    {
        await using var fixture = Start(durable: true);
        fixture.Fault = new InvalidOperationException("broken");
        await AcceptAsync(fixture, fixture.Route("f", new DeliverySettings { RateLimit = 100 }), 1);
        await Eventually.HoldsAsync(() => fixture.Logger.Entries.Any(entry => entry.Level == LogLevel.Error), "the error to be logged");

        fixture.Fault = null;
        await Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return fixture.Durable.Verdicts.Count == 1;
        });

        fixture.Durable.Verdicts.Single().Verdict.Fate.ShouldBe(DeliveryFate.Delivered);
        fixture.Logger.Entries.ShouldContain((
            LogLevel.Error, "A worker for subscription default/sub-f met an unexpected error. It continues in 1 s."));
    }

    private DispatcherFixture Start(bool durable, int concurrency = 64) =>
        new(new GatewayDefaults { FunctionConcurrency = concurrency }, _clock, durable: durable);

    // Accepts all deliveries at once, so that they wait in this order.
    private static async Task AcceptAsync(DispatcherFixture fixture, Route route, int count) => (await fixture.Backlog.AcceptAsync(
        [.. Enumerable.Range(0, count).Select(i => new EventDeliveries(DispatcherFixture.Event($"{i}"), [route]))], default)).IsAccepted.ShouldBeTrue();

    private static List<string> Ids(DispatcherFixture fixture) =>
        [.. fixture.Functions.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement.GetProperty("id").GetString()!)];

    private static Task CallsAsync(DispatcherFixture fixture, int count) => Eventually.HoldsAsync(() => fixture.Functions.Calls.Count >= count);

    private static Task VerdictsAsync(DispatcherFixture fixture, int count) => Eventually.HoldsAsync(() => fixture.Durable.Verdicts.Count >= count);

    // Waits until the lane waits for the clock, and checks the number of calls.
    private static async Task RestAsync(DispatcherFixture fixture, int calls)
    {
        await CallsAsync(fixture, calls);
        await Eventually.HoldsAsync(() => fixture.Dispatcher.WakeUpCount == 1);
        fixture.Functions.Calls.Count.ShouldBe(calls);
    }
}
