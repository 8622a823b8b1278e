using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class DispatcherTests
{
    [Fact]
    public async Task Delivers_an_event_to_every_route()
    {
        await using var fixture = new DispatcherFixture();

        var result = await fixture.AcceptAsync(
            DispatcherFixture.Event(), [fixture.Route("a"), fixture.Route("b"), fixture.Route("a", "another")], default);

        result.ShouldBe(AcceptResult.Accepted);
        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.CallsOf("a").ShouldBe(2);
        fixture.Functions.CallsOf("b").ShouldBe(1);
        fixture.Store.Count.ShouldBe(0);
        fixture.Store.Bytes.ShouldBe(0);
        fixture.Counted("processed_total{space=default,type=test.event}").ShouldBe(3);
        fixture.Counted("custom_processing_seconds").ShouldBe(3);
    }

    [Fact]
    public async Task Delivers_everything_that_many_senders_sent_once()
    {
        await using var fixture = new DispatcherFixture(new GatewayDefaults { FunctionConcurrency = 7 });
        fixture.Functions.Play("slow", async _ =>
        {
            await Task.Yield();
            return new FunctionResult(FunctionOutcome.Success);
        });
        var routes = new[] { fixture.Route("fast"), fixture.Route("slow") };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                (await fixture.AcceptAsync(DispatcherFixture.Event($"{sender}-{i}"), routes, default)).IsAccepted.ShouldBeTrue();
            }
        })));

        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.Calls.Select(call => (call.Function.FunctionId, call.Body)).Distinct().Count().ShouldBe(32_000);
        fixture.Functions.Calls.Count.ShouldBe(32_000);
        fixture.Functions.MaxConcurrency("slow").ShouldBeLessThanOrEqualTo(7);
        fixture.Store.Bytes.ShouldBe(0);
    }

    [Fact]
    public async Task Keeps_a_hung_function_from_delaying_another()
    {
        await using var fixture = new DispatcherFixture(new GatewayDefaults { FunctionConcurrency = 4 });
        var release = fixture.Functions.Hang("hung");
        var delivered = new SemaphoreSlim(0);
        fixture.Functions.Play("well", _ =>
        {
            delivered.Release();
            return Task.FromResult(new FunctionResult(FunctionOutcome.Success));
        });
        var routes = new[] { fixture.Route("hung"), fixture.Route("well") };

        for (var i = 0; i < 1_000; i++)
        {
            await fixture.AcceptAsync(DispatcherFixture.Event($"{i}"), routes, default);
        }

        for (var i = 0; i < 1_000; i++)
        {
            (await delivered.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        }

        SpinWait.SpinUntil(() => fixture.Functions.CallsOf("hung") == 4, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        fixture.Store.Count.ShouldBeGreaterThanOrEqualTo(1_000);
        fixture.Counted("backlog").ShouldBeGreaterThanOrEqualTo(1_000);
        release.SetResult();
        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.CallsOf("hung").ShouldBe(1_000);
        fixture.Functions.MaxConcurrency("hung").ShouldBe(4);
        fixture.Counted("backlog").ShouldBe(0);
    }

    [Fact]
    public async Task Uses_all_the_concurrency_of_a_function_while_some_calls_hang()
    {
        await using var fixture = new DispatcherFixture(new GatewayDefaults { FunctionConcurrency = 64 });
        var started = new SemaphoreSlim(0);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Functions.Play("a", async _ =>
        {
            started.Release();
            await release.Task;
            return new FunctionResult(FunctionOutcome.Success);
        });
        var route = fixture.Route("a");

        await fixture.Backlog.AcceptAsync(
            [.. Enumerable.Range(0, 100).Select(i => new EventDeliveries(DispatcherFixture.Event($"{i}"), [route]))], default);

        for (var i = 0; i < 64; i++)
        {
            (await started.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        }

        release.SetResult();
        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.MaxConcurrency("a").ShouldBe(64);
        fixture.Functions.CallsOf("a").ShouldBe(100);
    }

    [Fact]
    public async Task Opens_the_lanes_of_a_large_fan_out_gradually()
    {
        var clock = new FakeTimeProvider();
        await using var fixture = new DispatcherFixture(timeProvider: clock);
        string[] ids = [.. Enumerable.Range(0, 2_000).Select(i => $"f{i}")];
        TaskCompletionSource[] hanging = [.. ids.Select(id => fixture.Functions.Hang(id))];
        Route[] routes = [.. ids.Select(id => fixture.Route(id, id))];

        (await fixture.AcceptAsync(DispatcherFixture.Event(), routes, default)).IsAccepted.ShouldBeTrue();

        SpinWait.SpinUntil(() => fixture.Functions.Calls.Count >= 256, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        fixture.LaneCount.ShouldBeLessThan(300);

        // Functions that hang delay the others only for a short time.
        SpinWait.SpinUntil(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(1));
                return fixture.Functions.Calls.Count == 2_000;
            },
            TimeSpan.FromSeconds(30)).ShouldBeTrue();
        Array.ForEach(hanging, function => function.TrySetResult());
        (await fixture.DrainAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Delivers_a_large_fan_out_to_every_route()
    {
        await using var fixture = new DispatcherFixture();
        Route[] routes = [.. Enumerable.Range(0, 3_000).Select(i => fixture.Route($"f{i}", $"{i}"))];

        (await fixture.AcceptAsync(DispatcherFixture.Event(), routes, default)).IsAccepted.ShouldBeTrue();

        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.Calls.Select(call => call.Function.FunctionId).Distinct().Count().ShouldBe(3_000);
        fixture.Functions.Calls.Count.ShouldBe(3_000);
    }

    [Fact]
    public async Task Closes_the_lane_of_a_subscription_without_deliveries()
    {
        await using var fixture = new DispatcherFixture();
        await fixture.AcceptAsync(DispatcherFixture.Event(), [fixture.Route("a")], default);

        await fixture.DrainAsync();

        SpinWait.SpinUntil(() => fixture.LaneCount == 0, TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task Calls_the_function_with_its_current_settings()
    {
        await using var fixture = new DispatcherFixture(new GatewayDefaults { FunctionConcurrency = 1 });
        var release = fixture.Functions.Hang("a");
        var before = fixture.Route("a");
        await fixture.AcceptAsync(DispatcherFixture.Event("1"), [before], default);
        SpinWait.SpinUntil(() => fixture.Functions.CallsOf("a") == 1, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        await fixture.AcceptAsync(DispatcherFixture.Event("2"), [before], default);
        var after = new Route(before.Subscription, before.Function with { Metadata = new Dictionary<string, string> { ["v"] = "2" } });

        fixture.Put(after);
        release.SetResult();

        await fixture.DrainAsync();
        fixture.Functions.Calls.Select(call => call.Function).ShouldBe([before.Function, after.Function]);
    }

    [Fact]
    public async Task Drops_deliveries_that_arrive_for_a_subscription_that_was_just_deleted()
    {
        await using var fixture = new DispatcherFixture();
        var route = fixture.Route("a");
        fixture.Remove(route);
        await fixture.Dispatcher.DropAsync([SubscriptionDeletion.Of(route.Subscription)], default);

        await fixture.AcceptAsync(DispatcherFixture.Event(), [route], default);

        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.Calls.ShouldBeEmpty();
        fixture.Logger.Entries.ShouldBe([(LogLevel.Warning, "Delivery dropped: subscription default/sub-a was deleted, event 1.")]);
        fixture.Counted("dropped_total{space=default,type=test.event}").ShouldBe(1);
    }

    [Fact]
    public async Task Logs_a_failure_and_continues()
    {
        await using var fixture = new DispatcherFixture();
        fixture.Functions.Play("a", _ => Task.FromResult(new FunctionResult(FunctionOutcome.Retryable)
        {
            Status = 503,
            Error = "The function answered with status 503.",
        }));
        fixture.Functions.Play("b", _ => throw new InvalidOperationException("broken"));
        var routes = new[] { fixture.Route("a"), fixture.Route("b") };

        await fixture.AcceptAsync(DispatcherFixture.Event("1"), routes, default);
        await fixture.AcceptAsync(DispatcherFixture.Event("2"), routes, default);

        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.Calls.Count.ShouldBe(4);
        fixture.Logger.Entries.ShouldContain((
            LogLevel.Warning,
            "Delivery failed: function default/a, event 1: Retryable, status 503. The function answered with status 503."));
        fixture.Logger.Entries.Count(entry => entry.Text.Contains("broken")).ShouldBe(2);
        fixture.Store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Logs_a_call_that_got_no_answer_without_a_status()
    {
        await using var fixture = new DispatcherFixture();
        fixture.Functions.Play("a", _ => Task.FromResult(new FunctionResult(FunctionOutcome.Retryable) { Error = "Connection refused." }));

        await fixture.AcceptAsync(DispatcherFixture.Event("1"), [fixture.Route("a")], default);

        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Logger.Entries.ShouldContain((LogLevel.Warning, "Delivery failed: function default/a, event 1: Retryable, status none. Connection refused."));
    }

    [Fact]
    public async Task Drops_a_delivery_after_an_unexpected_error()
    {
        await using var fixture = new DispatcherFixture();
        Route[] routes = [fixture.Route("a")];
        fixture.Fault = new InvalidOperationException("broken");
        await fixture.AcceptAsync(DispatcherFixture.Event("1"), routes, default);
        SpinWait.SpinUntil(() => fixture.Store.Count == 0, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        fixture.Fault = new OperationCanceledException("not requested");
        await fixture.AcceptAsync(DispatcherFixture.Event("2"), routes, default);

        (await fixture.DrainAsync()).ShouldBe(0);

        (fixture.Store.Count, fixture.Store.Bytes).ShouldBe((0, 0));
        fixture.Counted("dropped_total{space=default,type=test.event}").ShouldBe(2);
        fixture.Logger.Entries.Count(entry => entry.Level == LogLevel.Error && entry.Text.Contains("unexpected error")).ShouldBe(2);
    }

    [Fact]
    public async Task Ends_a_call_at_its_timeout()
    {
        var clock = new FakeTimeProvider();
        await using var fixture = new DispatcherFixture(timeProvider: clock);
        fixture.Functions.Hang("a");
        await fixture.AcceptAsync(DispatcherFixture.Event(), [fixture.Route("a")], default);
        SpinWait.SpinUntil(() => fixture.Functions.CallsOf("a") == 1, TimeSpan.FromSeconds(30)).ShouldBeTrue();

        clock.Advance(TimeSpan.FromSeconds(30));

        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Logger.Entries.Single().Text.ShouldContain("TimedOut");
        fixture.Store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Refuses_deliveries_when_there_is_no_room()
    {
        await using var fixture = new DispatcherFixture(new GatewayDefaults { BacklogDeliveries = 2, FunctionConcurrency = 1 });
        var release = fixture.Functions.Hang("a");
        Route[] routes = [fixture.Route("a"), fixture.Route("a", "another")];
        (await fixture.AcceptAsync(DispatcherFixture.Event("1"), routes, default)).IsAccepted.ShouldBeTrue();

        var refused = await fixture.AcceptAsync(DispatcherFixture.Event("2"), routes, default);

        refused.Status.ShouldBe(AcceptStatus.Full);
        refused.RetryAfter.ShouldNotBeNull();
        fixture.Counted("dropped_total{space=default,type=test.event}").ShouldBe(2);
        release.SetResult();
        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Counts_calls_and_lost_deliveries_of_a_family_under_its_name()
    {
        await using var fixture = new DispatcherFixture(new GatewayDefaults { BacklogDeliveries = 1 });
        var release = new TaskCompletionSource();
        fixture.Functions.Play("a", async _ =>
        {
            await release.Task;
            return new FunctionResult(FunctionOutcome.Permanent);
        });
        var route = fixture.Route("a", SubscriptionId.Create(SubscriptionType.Async, "invoice.*", "a", "/", "POST"));
        route = new Route(route.Subscription with { EventType = "invoice.*" }, route.Function);
        fixture.Put(route);
        await fixture.AcceptAsync(DispatcherFixture.Event("1") with { Type = "invoice.one" }, [route], default);

        (await fixture.AcceptAsync(DispatcherFixture.Event("2") with { Type = "invoice.two" }, [route], default)).IsAccepted.ShouldBeFalse();
        release.SetResult();
        await fixture.DrainAsync();

        fixture.Counted("dropped_total{space=default,type=invoice.*}").ShouldBe(2);
        fixture.Counted("processed_total{space=default,type=invoice.*}").ShouldBe(1);
    }

    [Fact]
    public async Task Refuses_new_deliveries_while_draining()
    {
        await using var fixture = new DispatcherFixture();
        await fixture.DrainAsync();

        var refused = await fixture.AcceptAsync(DispatcherFixture.Event(), [fixture.Route("a")], default);

        refused.Status.ShouldBe(AcceptStatus.Draining);
        fixture.Functions.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cuts_off_and_counts_deliveries_that_are_not_made_by_the_deadline()
    {
        await using var fixture = new DispatcherFixture(new GatewayDefaults { FunctionConcurrency = 2 });
        fixture.Functions.Hang("a");
        var route = fixture.Route("a");
        for (var i = 0; i < 5; i++)
        {
            await fixture.AcceptAsync(DispatcherFixture.Event($"{i}"), [route], default);
        }

        using var deadline = new CancellationTokenSource();
        var draining = fixture.Dispatcher.DrainAsync(deadline.Token);
        draining.IsCompleted.ShouldBeFalse();
        await deadline.CancelAsync();

        (await draining).ShouldBe(5);
        fixture.Logger.Entries.ShouldBe([(LogLevel.Warning, "Shutdown: 5 accepted deliveries were not delivered in time.")]);
        SpinWait.SpinUntil(() => fixture.LaneCount == 0, TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task Accepts_an_event_without_routes()
    {
        await using var fixture = new DispatcherFixture();

        (await fixture.AcceptAsync(DispatcherFixture.Event(), [], default)).IsAccepted.ShouldBeTrue();

        (await fixture.DrainAsync()).ShouldBe(0);
    }
}
