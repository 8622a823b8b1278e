using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Waiting;
using EventGateway.Tests.Api.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Waiting;

public sealed class DeliveryOverviewTests : IAsyncDisposable
{
    private static readonly FunctionKey F = new("default", "f");

    private readonly FakeTimeProvider _time = new();
    private readonly DispatcherFixture _fixture;
    private readonly PlayedWaitingDeliveries _store = new();
    private readonly DeliveryOverview _overview;

    public DeliveryOverviewTests()
    {
        _fixture = new DispatcherFixture(new GatewayDefaults { FunctionConcurrency = 2 }, _time);
        _overview = new DeliveryOverview(_store, _fixture, _fixture.Gates, _fixture.Dispatcher);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Nothing_holds_a_delivery_that_is_due()
    {
        _fixture.Route("f");

        (await SeeAsync()).ShouldBe((WaitingState.Waiting, null));
        (await SeeAsync(delivery => delivery with { Attempts = 1 })).ShouldBe((WaitingState.Retrying, null));
    }

    [Fact]
    public async Task A_delivery_that_is_not_due_is_held_by_its_backoff()
    {
        _fixture.Route("f");

        (await SeeAsync(delivery => delivery with { Attempts = 1, IsDue = false })).ShouldBe((WaitingState.Retrying, DeliveryHold.Backoff));
    }

    [Fact]
    public async Task A_disabled_subscription_pauses_its_deliveries()
    {
        var route = _fixture.Route("f");
        _fixture.Put(new Route(route.Subscription with { Enabled = false }, route.Function));

        (await SeeAsync()).ShouldBe((WaitingState.Paused, DeliveryHold.Disabled));
        (await SeeAsync(delivery => delivery with { IsBeingCalled = true })).ShouldBe((WaitingState.Paused, null));
    }

    [Fact]
    public async Task A_retry_leaves_paused_deliveries_and_does_not_count_them()
    {
        _fixture.Route("f");
        var route = _fixture.Route("g");
        _fixture.Put(new Route(route.Subscription with { Enabled = false }, route.Function));
        _store.Add("1", "f");
        _store.Add("2", "g", static delivery => delivery with { IsDue = false });
        _store.Add("3", "missing", static delivery => delivery with { IsDue = false });

        (await _overview.RetryAsync(new WaitingQuery("default"), default)).ShouldBe(1);
        (await _overview.RetryAsync(new WaitingQuery("default") { DeliveryId = "2" }, default)).ShouldBe(0);

        var listed = await _overview.ListAsync(new WaitingQuery("default"), 10, null, default);
        listed.Items.Select(item => item.Delivery.IsDue).ShouldBe([true, false, false]);
    }

    [Fact]
    public async Task A_delivery_without_its_subscription_or_function_is_paused()
    {
        (await SeeAsync()).ShouldBe((WaitingState.Paused, DeliveryHold.MissingSubscription));
        _fixture.Deleted["f"] = true;
        (await SeeAsync()).ShouldBe((WaitingState.Paused, DeliveryHold.MissingFunction));
    }

    [Fact]
    public async Task An_open_circuit_breaker_holds_deliveries_until_it_closes()
    {
        _fixture.Route("f");
        var gate = _fixture.Gates.Of(F);
        for (var i = 0; i < 10; i++)
        {
            gate.TryEnter(new Caller()).ShouldBeTrue();
            gate.Leave(healthy: false);
        }

        (await SeeAsync()).ShouldBe((WaitingState.Waiting, DeliveryHold.Breaker));
        _time.Advance(TimeSpan.FromSeconds(1));
        gate.TryEnter(new Caller()).ShouldBeTrue();
        (await SeeAsync(delivery => delivery with { IsBeingCalled = true })).ShouldBe((WaitingState.Waiting, null));
        (await SeeAsync()).ShouldBe((WaitingState.Waiting, DeliveryHold.Breaker));
        gate.Leave(healthy: true);
        (await SeeAsync()).ShouldBe((WaitingState.Waiting, null));
    }

    [Fact]
    public async Task A_retry_probes_a_function_whose_circuit_breaker_is_open()
    {
        _fixture.Functions.Play("f", static _ => Task.FromResult(new FunctionResult(FunctionOutcome.Retryable)));
        await AcceptAsync(_fixture.Route("f"), 12);
        await Eventually.HoldsAsync(() => _fixture.Gates.Of(F).State is CircuitState.Open);
        var calls = _fixture.Functions.CallsOf("f");
        calls.ShouldBeLessThan(12);
        _fixture.Functions.Play("f", static _ => Task.FromResult(new FunctionResult(FunctionOutcome.Success)));

        _store.Add("1", "f");
        (await _overview.RetryAsync(new WaitingQuery("default") { FunctionId = "f" }, default)).ShouldBe(1);

        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == 12);
        await Eventually.HoldsAsync(() => _fixture.Gates.Of(F).State is CircuitState.Closed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public async Task As_many_calls_as_the_subscription_or_the_function_may_have_hold_the_others(int? maxConcurrency)
    {
        var release = _fixture.Functions.Hang("f");
        await AcceptAsync(_fixture.Route("f", new DeliverySettings { MaxConcurrency = maxConcurrency }), 3);
        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == (maxConcurrency ?? 2));

        await Eventually.HoldsAsync(async () => await SeeAsync() == (WaitingState.Waiting, DeliveryHold.Concurrency));
        release.SetResult();
        await Eventually.HoldsAsync(async () => await SeeAsync() == (WaitingState.Waiting, null));
    }

    [Fact]
    public async Task A_rate_limit_holds_deliveries()
    {
        await AcceptAsync(_fixture.Route("f", new DeliverySettings { RateLimit = 0.1 }), 2);
        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == 1);

        await Eventually.HoldsAsync(async () => await SeeAsync() == (WaitingState.Waiting, DeliveryHold.Rate));
    }

    private async Task AcceptAsync(Route route, int count)
    {
        for (var i = 0; i < count; i++)
        {
            (await _fixture.AcceptAsync(DispatcherFixture.Event($"{i}"), [route], default)).IsAccepted.ShouldBeTrue();
        }
    }

    private async Task<(WaitingState State, DeliveryHold? HeldBy)> SeeAsync(Func<WaitingDelivery, WaitingDelivery>? change = null)
    {
        _store.Clear();
        _store.Add("1", "f", change);
        var seen = (await _overview.ListAsync(new WaitingQuery("default"), 10, null, default)).Items.ShouldHaveSingleItem();
        return (seen.State, seen.HeldBy);
    }

    private sealed class Caller : IGateCaller
    {
        public bool IsInLine { get; set; }

        public void Grant()
        {
        }
    }
}
