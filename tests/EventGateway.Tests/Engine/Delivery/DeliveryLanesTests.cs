using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>Lanes that cannot be opened, and a log that cannot be written.</summary>
public sealed class DeliveryLanesTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DispatcherFixture _fixture;

    public DeliveryLanesTests() => _fixture = new DispatcherFixture(timeProvider: _clock, durable: true, logger: new ThrowingLogger<Dispatcher>());

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Opens_other_lanes_after_one_could_not_be_opened()
    {
        _fixture.Broken = "broken";
        await AcceptAsync(_fixture.Route("broken"));
        await AcceptAsync(_fixture.Route("well"));

        await CallsAsync("well", 1);
    }

    [Fact]
    public async Task Opens_a_lane_a_second_after_it_could_not_be_opened()
    {
        _fixture.Broken = "f";
        await AcceptAsync(_fixture.Route("f"));
        await Eventually.HoldsAsync(() => _fixture.Dispatcher.WakeUpCount == 1, "the next attempt to have a time");

        _fixture.Broken = null;
        _clock.Advance(TimeSpan.FromSeconds(1));

        await CallsAsync("f", 1);
    }

    [Fact]
    public async Task Opens_the_other_lanes_of_a_fan_out_after_one_could_not_be_opened()
    {
        _fixture.Broken = "f0";
        await AcceptAsync([.. Enumerable.Range(0, 100).Select(i => _fixture.Route($"f{i}"))]);

        await Eventually.HoldsAsync(() => _fixture.Functions.Calls.Count == 99, "a call of each other function");
    }

    [Fact]
    public async Task Continues_with_the_deliveries_of_a_subscription_after_an_error_that_could_not_be_logged()
    {
        _fixture.Fault = new InvalidOperationException("broken");
        await AcceptAsync(_fixture.Route("f", new DeliverySettings { RateLimit = 100 }));
        await Eventually.HoldsAsync(() => _fixture.Finds >= 2, "the error");

        _fixture.Fault = null;
        await Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return _fixture.Durable.Verdicts.Count == 1;
        });

        _fixture.Durable.Verdicts.Single().Verdict.Fate.ShouldBe(DeliveryFate.Delivered);
    }

    [Fact]
    public async Task Makes_all_deliveries_of_fan_outs_that_follow_each_other()
    {
        Route[] routes = [.. Enumerable.Range(0, 100).Select(i => _fixture.Route($"f{i}"))];
        for (var i = 0; i < 10; i++)
        {
            await AcceptAsync(routes);
            await AcceptAsync(routes[i]);
        }

        await Eventually.HoldsAsync(() => _fixture.Functions.Calls.Count == 1010, "a call for each delivery");
    }

    private async Task AcceptAsync(params Route[] routes) =>
        (await _fixture.AcceptAsync(DispatcherFixture.Event(), routes, default)).IsAccepted.ShouldBeTrue();

    private Task CallsAsync(string functionId, int count) => Eventually.HoldsAsync(() => _fixture.Functions.CallsOf(functionId) == count, $"{count} calls");
}
