using System.Diagnostics.Metrics;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using EventGateway.Engine.SystemEvents;
using EventGateway.Tests.Engine.Delivery;
using EventGateway.Tests.Engine.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.SystemEvents;

public sealed class SystemEventSourceTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Counts_the_replies_that_led_to_a_call_so_that_replies_to_system_events_end()
    {
        await using var fixture = new DispatcherFixture();
        var observer = fixture.Route("observer");
        observer = new Route(observer.Subscription with { EventType = SystemEventTypes.FunctionInvoking }, observer.Function);
        fixture.Put(observer);
        var defaults = new GatewayDefaults();
        var source = new SystemEventSource(
            () => RoutingTable.Empty.With(observer),
            fixture.Intake,
            defaults,
            TimeProvider.System,
            NullLogger<SystemEventSource>.Instance,
            new ReceivedEventMetrics(_services.GetRequiredService<IMeterFactory>()));

        await source.InvokingAsync(
            fixture.Route("f"), TestRoutes.Invocation("""{"specversion":"1.0","id":"1","type":"t","source":"/s","eventgatewayhops":3}"""), default);

        await fixture.DrainAsync();
        fixture.Functions.Calls.ShouldHaveSingleItem().Body.ShouldContain("\"eventgatewayhops\":3,\"data\"");
    }
}
