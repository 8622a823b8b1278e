using System.Diagnostics.Metrics;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Memory;
using EventGateway.Tests.Engine.Functions;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>A backlog whose signals nothing reads.</summary>
public sealed class DeliveryBacklogTests : IDisposable
{
    private const int Many = 100_000;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DeliveryBacklog _backlog;

    public DeliveryBacklogTests() => _backlog = new DeliveryBacklog(
        new MemoryDeliveryStore(new GatewayDefaults { BacklogDeliveries = 2 * Many }, TimeProvider.System),
        new DeliveryMetrics(_services.GetRequiredService<IMeterFactory>()));

    public void Dispose()
    {
        _backlog.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Signals_a_subscription_once_however_often_it_accepts_events_for_it()
    {
        var route = RouteTo(1);
        for (var i = 0; i < Many; i++)
        {
            Accept(route);
        }

        ReadSignals().ShouldBe([new DeliverySignal(SubscriptionKey.Of(route.Subscription))]);
    }

    [Fact]
    public void Signals_each_of_many_subscriptions_once_and_makes_no_caller_wait()
    {
        for (var i = 0; i < Many; i++)
        {
            Accept(RouteTo(i));
            _backlog.Signal(KeyOf(i));
        }

        ReadSignals().Select(signal => signal.Subscription).ShouldBe(Enumerable.Range(0, Many).Select(KeyOf));
    }

    [Fact]
    public void Signals_a_subscription_again_once_the_lanes_have_taken_its_signal()
    {
        Accept(RouteTo(1));
        _backlog.Signals.Take(KeyOf(1));
        Accept(RouteTo(1));

        ReadSignals().Count.ShouldBe(2);
    }

    [Fact]
    public void Signals_the_subscriptions_of_a_fan_out_together_and_each_once()
    {
        for (var i = 0; i < 3; i++)
        {
            Accept([.. Enumerable.Range(0, 100).Select(RouteTo)]);
        }

        ReadSignals().ShouldHaveSingleItem().FanOut.ShouldBe(Enumerable.Range(0, 100).Select(KeyOf));
    }

    [Fact]
    public void Signals_the_subscriptions_of_a_fan_out_that_have_been_taken_again()
    {
        Route[] routes = [.. Enumerable.Range(0, 100).Select(RouteTo)];
        Accept(routes);
        _backlog.Signals.TakeOfFanOut(KeyOf(7));
        Accept(routes);

        ReadSignals()[^1].FanOut.ShouldBe([KeyOf(7)]);
    }

    [Fact]
    public void Signals_a_subscription_alone_though_a_fan_out_waits_with_it()
    {
        Accept([.. Enumerable.Range(0, 100).Select(RouteTo)]);
        Accept(RouteTo(99));

        ReadSignals()[^1].ShouldBe(new DeliverySignal(KeyOf(99)));
    }

    [Fact]
    public void Signals_one_subscription_once_for_a_batch_of_events()
    {
        var route = RouteTo(1);
        Accept([.. Enumerable.Range(0, 64).Select(i => new EventDeliveries(DispatcherFixture.Event($"{i}"), [route]))]);

        ReadSignals().ShouldBe([new DeliverySignal(KeyOf(1))]);
    }

    [Fact]
    public void Ignores_signals_after_disposal()
    {
        _backlog.Dispose();

        _backlog.Signal(KeyOf(1));

        ReadSignals().ShouldBeEmpty();
    }

    private static Route RouteTo(int number) => TestRoutes.To(TestRoutes.OfType("played"), subscriptionId: $"s{number}");

    private static SubscriptionKey KeyOf(int number) => new("default", $"s{number}", "f1");

    private void Accept(params Route[] routes) => Accept([new EventDeliveries(DispatcherFixture.Event(), routes)]);

    private void Accept(EventDeliveries[] events)
    {
        var accepted = _backlog.AcceptAsync(events, CancellationToken.None).AsTask();
        accepted.IsCompleted.ShouldBeTrue();
        accepted.GetAwaiter().GetResult().IsAccepted.ShouldBeTrue();
    }

    private List<DeliverySignal> ReadSignals()
    {
        var signals = new List<DeliverySignal>();
        while (_backlog.Signals.Reader.TryRead(out var signal))
        {
            signals.Add(signal);
        }

        return signals;
    }
}
