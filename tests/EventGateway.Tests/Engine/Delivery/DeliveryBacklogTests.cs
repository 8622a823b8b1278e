using System.Diagnostics.Metrics;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Memory;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class DeliveryBacklogTests
{
    [Fact]
    public async Task Waits_for_the_lanes_when_too_many_signals_wait()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var backlog = new DeliveryBacklog(
            new MemoryDeliveryStore(new GatewayDefaults(), TimeProvider.System), new DeliveryMetrics(services.GetRequiredService<IMeterFactory>()));
        var route = Routing.Routes.To(Routing.Routes.Async("/"));
        var accepted = new List<Task<AcceptResult>>();
        while (accepted.Count <= 100_000 && (accepted.Count == 0 || accepted[^1].IsCompleted))
        {
            accepted.Add(backlog.AcceptAsync([new EventDeliveries(DispatcherFixture.Event("1"), [route])], CancellationToken.None).AsTask());
        }

        accepted.Count.ShouldBeLessThan(10_000);
        var signals = 0;
        while (!accepted[^1].IsCompleted && await backlog.Signals.WaitToReadAsync(TestContext.Current.CancellationToken))
        {
            signals += backlog.Signals.TryRead(out _) ? 1 : 0;
            await Task.Yield();
        }

        (await accepted[^1]).IsAccepted.ShouldBeTrue();
        signals.ShouldBePositive();
    }
}
