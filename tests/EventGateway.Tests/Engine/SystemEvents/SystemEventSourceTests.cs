using System.Diagnostics.Metrics;
using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using EventGateway.Engine.Subscriptions;
using EventGateway.Engine.SystemEvents;
using EventGateway.Tests.Engine.Delivery;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Harness;
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
            new ReceivedEventMetrics(_services.GetRequiredService<IMeterFactory>()),
            fixture.Metrics);

        await source.InvokingAsync(
            fixture.Route("f"), TestRoutes.Invocation("""{"specversion":"1.0","id":"1","type":"t","source":"/s","eventgatewayhops":3}"""), default);

        await fixture.DrainAsync();
        fixture.Functions.Calls.ShouldHaveSingleItem().Body.ShouldContain("\"eventgatewayhops\":3,\"data\"");
    }

    [Fact]
    public async Task Reports_a_dead_letter_with_the_event_masked_and_its_hops_counted()
    {
        await using var fixture = new DispatcherFixture();
        var source = Source(fixture, SystemEventTypes.DeliveryDeadLettered);

        source.DeadLettered(Letter("test.event", """{"specversion":"1.0","id":"1","type":"test.event","source":"/s","eventgatewayhops":3,"accesstoken":"hidden"}"""), Attempt);

        await Eventually.HoldsAsync(() => fixture.Functions.Calls.Count == 1, "the report is delivered");
        var body = fixture.Functions.Calls.Single().Body;
        body.ShouldContain("\"eventgatewayhops\":3,\"data\"");
        body.ShouldNotContain("hidden");
        body.ShouldContain(
            """
            "data":{"space":"default","subscriptionId":"s","functionId":"f","deadLetterId":"7","reason":"bad","attempts":2,"lastAttempt":{"time":"2026-01-01T00:00:00Z","status":500,"error":"It said: no"},"event":{
            """);
    }

    [Fact]
    public async Task Reports_nothing_about_subscriptions_to_system_events()
    {
        await using var fixture = new DispatcherFixture();
        var source = Source(fixture, SystemEventTypes.DeliveryDeadLettered);
        var watcher = fixture.Route("observer").Subscription with { EventType = SystemEventTypes.SubscriptionDisabled };

        source.DeadLettered(Letter(SystemEventTypes.FunctionInvoked, "{}"), Attempt);
        source.Disabled(watcher, failure: null);
        source.Failing(watcher, new FailureReport("no", Attempt.Time, Attempt));
        source.Recovered(watcher, Attempt.Time);
        source.DeadLettered(Letter("test.event", """{"specversion":"1.0","id":"1","type":"test.event","source":"/s"}"""), Attempt);

        await Eventually.HoldsAsync(() => fixture.Functions.Calls.Count > 0, "the last report is delivered");
        await fixture.DrainAsync();
        fixture.Functions.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reports_everything_to_a_subscriber_of_the_family_but_nothing_about_itself()
    {
        await using var fixture = new DispatcherFixture();
        var source = Source(fixture, "eventgateway.*");
        var watcher = fixture.Route("observer");
        watcher = new Route(watcher.Subscription with { EventType = "eventgateway.*" }, watcher.Function);
        var called = TestRoutes.Invocation("""{"specversion":"1.0","id":"1","type":"t","source":"/s"}""");

        source.ObservesReceived.ShouldBeTrue();
        source.Observes(fixture.Route("f"), called).ShouldBeTrue();
        source.Observes(watcher, called with { EventType = SystemEventTypes.FunctionInvoked }).ShouldBeFalse();
        source.DeadLettered(Letter(SystemEventTypes.FunctionInvoked, "{}"), Attempt);
        source.Disabled(watcher.Subscription, failure: null);
        source.Failing(watcher.Subscription, new FailureReport("no", Attempt.Time, Attempt));
        source.Recovered(watcher.Subscription, Attempt.Time);
        await source.InvokingAsync(fixture.Route("f"), called, default);
        source.DeadLettered(Letter("test.event", """{"specversion":"1.0","id":"1","type":"test.event","source":"/s"}"""), Attempt);

        await Eventually.HoldsAsync(() => fixture.Functions.Calls.Count == 2, "both reports are delivered");
        await fixture.DrainAsync();
        fixture.Functions.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Does_not_observe_calls_for_a_subscriber_to_reports_about_subscriptions()
    {
        await using var fixture = new DispatcherFixture();

        Source(fixture, SystemEventTypes.SubscriptionFailing).ObservesReceived.ShouldBeFalse();
        Source(fixture, SystemEventTypes.FunctionInvoked).ObservesReceived.ShouldBeTrue();
    }

    [Fact]
    public async Task Counts_the_dead_letters_that_it_cannot_report_because_too_many_wait()
    {
        await using var fixture = new DispatcherFixture();
        using var isReporting = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var thread = Environment.CurrentManagedThreadId;
        var source = Source(fixture, SystemEventTypes.DeliveryDeadLettered, () =>
        {
            if (Environment.CurrentManagedThreadId != thread)
            {
                isReporting.Set();
                release.Wait(TimeSpan.FromSeconds(30));
            }
        });
        var letter = Letter("test.event", """{"specversion":"1.0","id":"1","type":"test.event","source":"/s"}""");
        source.DeadLettered(letter, Attempt);
        isReporting.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();

        for (var i = 0; i < DeadLetterReports.MaxWaiting + 7; i++)
        {
            source.DeadLettered(letter, Attempt);
        }

        fixture.Counted("dropped_total{space=default,type=eventgateway.delivery.deadlettered}").ShouldBe(7);
        release.Set();
        await Eventually.HoldsAsync(() => fixture.Functions.Calls.Count == 1 + DeadLetterReports.MaxWaiting, "the others are delivered");
    }

    private static DeliveryAttempt Attempt => new(
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeSpan.Zero, FunctionOutcome.Retryable, 500, "It said: no");

    private static DeadLetter Letter(string type, string json) => new()
    {
        Id = "7",
        Subscription = new SubscriptionKey("default", "s", "f"),
        EventId = "1",
        EventType = type,
        AcceptedAt = Attempt.Time,
        DiedAt = Attempt.Time,
        Attempts = 2,
        Reason = "bad",
        Event = Encoding.UTF8.GetBytes(json),
    };

    private SystemEventSource Source(DispatcherFixture fixture, string type, Action? onRead = null)
    {
        var observer = fixture.Route("observer");
        observer = new Route(observer.Subscription with { EventType = type }, observer.Function);
        fixture.Put(observer);
        var table = RoutingTable.Empty.With(observer);
        return new SystemEventSource(
            () =>
            {
                onRead?.Invoke();
                return table;
            },
            fixture.Intake,
            new GatewayDefaults(),
            TimeProvider.System,
            NullLogger<SystemEventSource>.Instance,
            new ReceivedEventMetrics(_services.GetRequiredService<IMeterFactory>()),
            fixture.Metrics);
    }
}
