using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>Deliveries whose subscription is not in the configuration.</summary>
public sealed class OrphanTests
{
    private const string Held = "2 deliveries are held: the configuration has no subscription default/sub-a to function a."
        + " They continue when it is created again, and fail for good 24 h after they were due.";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Holds_deliveries_of_a_missing_subscription_and_continues_when_it_is_back(bool durable)
    {
        await using var fixture = new DispatcherFixture(timeProvider: _time, durable: durable);
        var route = await LoseAsync(fixture, "1", "2");

        fixture.Dispatcher.CountOrphans().ShouldBe([("default", 2)]);
        fixture.Logger.Entries.ShouldBe([(LogLevel.Warning, Held)]);
        _time.Advance(TimeSpan.FromHours(23));
        fixture.Functions.Calls.ShouldBeEmpty();

        fixture.Put(route);
        fixture.Dispatcher.Resume(new ChangedRoutes("default", "sub-a"));

        await Eventually.HoldsAsync(() => fixture.Functions.CallsOf("a") == 2, "the deliveries are made");
        fixture.Dispatcher.CountOrphans().ShouldBeEmpty();
        fixture.Logger.Entries[^1].ShouldBe((LogLevel.Information, "Held deliveries continue: subscription default/sub-a to function a is in the configuration again."));
        (await fixture.DrainAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Costs_no_lease_while_it_waits()
    {
        await using var fixture = new DispatcherFixture(timeProvider: _time, durable: true);
        await LoseAsync(fixture, "1", "2");
        await Eventually.HoldsAsync(() => fixture.LaneCount == 0, "the lane has closed");

        for (var minute = 0; minute < 600; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        fixture.Durable.OverdueLeases.ShouldBe(1);
        fixture.Dispatcher.CountOrphans().ShouldBe([("default", 2)]);
    }

    [Fact]
    public async Task Becomes_a_dead_letter_when_it_was_held_for_too_long()
    {
        await using var fixture = new DispatcherFixture(timeProvider: _time, durable: true);
        await LoseAsync(fixture, "1", "2");

        _time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        fixture.Durable.Verdicts.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Eventually.HoldsAsync(() => fixture.Durable.Verdicts.Count == 2, "both have ended");
        fixture.Durable.Verdicts.ShouldAllBe(item => item.Verdict.Fate == DeliveryFate.DeadLettered && item.Verdict.Attempt == null);
        fixture.Durable.Verdicts[0].Verdict.Reason.ShouldBe(
            "orphaned: the configuration had no subscription sub-a to function a for longer than the maximum age of P1D.");
        await Eventually.HoldsAsync(() => !fixture.Dispatcher.CountOrphans().Any(), "nothing is held");
        fixture.Functions.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_dropped_from_memory_when_it_was_held_for_too_long()
    {
        await using var fixture = new DispatcherFixture(timeProvider: _time);
        await LoseAsync(fixture, "1", "2");

        _time.Advance(TimeSpan.FromHours(24));

        await Eventually.HoldsAsync(() => fixture.Store.Count == 0, "both have ended");
        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Counted("dropped_total{space=default,type=test.event}").ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Does_not_delay_the_end_of_the_process(bool durable)
    {
        await using var fixture = new DispatcherFixture(timeProvider: _time, durable: durable);
        await LoseAsync(fixture, "1", "2");

        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Store.Count.ShouldBe(durable ? 2 : 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_deletion_drops_waiting_deliveries(bool durable)
    {
        await using var fixture = new DispatcherFixture(timeProvider: _time, durable: durable);
        var route = fixture.Route("a", new DeliverySettings { MaxConcurrency = 1 });
        var release = fixture.Functions.Hang("a");
        foreach (var id in (string[])["1", "2", "3"])
        {
            await fixture.AcceptAsync(DispatcherFixture.Event(id), [route], default);
        }

        await Eventually.HoldsAsync(() => fixture.Functions.CallsOf("a") == 1, "the first is under way");
        fixture.Remove(route);
        await fixture.Dispatcher.DropAsync([SubscriptionDeletion.Of(route.Subscription)], default);
        fixture.Put(route);
        fixture.Dispatcher.Resume(new ChangedRoutes("default", "sub-a"));
        await fixture.AcceptAsync(DispatcherFixture.Event("4"), [route], default);
        release.SetResult();

        await Eventually.HoldsAsync(() => fixture.Store.Count == 0, "all have ended");
        fixture.Functions.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement.GetProperty("id").GetString()).ShouldBe(["1", "4"]);
        (await fixture.DrainAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_deletion_drops_deliveries_to_an_earlier_function_for_dead_letters()
    {
        await using var fixture = new DispatcherFixture(timeProvider: _time, durable: true);
        var route = await LoseAsync(fixture, "1", "2");

        await fixture.Dispatcher.DropAsync([SubscriptionDeletion.Of(route.Subscription with { FunctionId = "other" })], default);

        fixture.Store.Count.ShouldBe(0);
        fixture.Dispatcher.CountOrphans().ShouldBeEmpty();
    }

    [Fact]
    public async Task Holds_deliveries_that_were_leased_when_the_subscription_went_missing()
    {
        await using var fixture = new DispatcherFixture(timeProvider: _time, durable: true);
        var route = fixture.Route("a", new DeliverySettings { MaxConcurrency = 1 });
        var release = fixture.Functions.Hang("a");
        await fixture.Backlog.AcceptAsync(
            [new EventDeliveries(DispatcherFixture.Event("1"), [route]), new EventDeliveries(DispatcherFixture.Event("2"), [route])], default);
        await Eventually.HoldsAsync(() => fixture.Functions.CallsOf("a") == 1, "the first is under way");
        fixture.Remove(route);
        release.SetResult();

        await Eventually.HoldsAsync(() => fixture.Dispatcher.CountOrphans().Any(), "the second is held");
        fixture.Put(route);
        fixture.Dispatcher.Resume(default);

        await Eventually.HoldsAsync(() => fixture.Store.Count == 0, "both have ended");
        fixture.Durable.Verdicts.Select(item => (item.EventId, item.Verdict.Fate))
            .ShouldBe([("1", DeliveryFate.Delivered), ("2", DeliveryFate.Held), ("2", DeliveryFate.Delivered)]);
    }

    [Fact]
    public async Task A_start_drops_deliveries_of_deleted_subscriptions_with_one_listing()
    {
        const int subscriptions = 100;
        await using var fixture = new DispatcherFixture(timeProvider: _time, durable: true);
        var routes = Enumerable.Range(0, subscriptions).Select(n => fixture.Route($"f{n}")).ToArray();
        await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("1"), routes)], default);
        Array.ForEach(routes[1..], fixture.Remove);

        var left = await fixture.Dispatcher.DropAsync(
            [.. routes[1..].Select(route => new SubscriptionDeletion("default", route.Subscription.SubscriptionId)), new SubscriptionDeletion("default", "unknown")],
            default);

        left.ShouldBeEmpty();
        fixture.Durable.Lists.ShouldBe(1);
        (await fixture.Store.ListWaitingAsync(default)).ShouldBe([SubscriptionKey.Of(routes[0].Subscription)]);
        fixture.Dispatcher.CountOrphans().ShouldBeEmpty();
    }

    [Fact]
    public void A_route_that_comes_back_resumes_only_its_own_orphans()
    {
        const int subscriptions = 100;
        var orphans = new Orphans(_time);
        var keys = Enumerable.Range(0, subscriptions).SelectMany(n => new[] { new SubscriptionKey("default", $"s{n}", $"f{n}"), new SubscriptionKey("default", $"s{n}", "letters") }).ToArray();
        foreach (var key in keys)
        {
            orphans.TryAdd(key).ShouldBeTrue();
            orphans.TryAdd(key).ShouldBeFalse();
        }

        Enumerable.Range(0, subscriptions).Sum(n => orphans.List(new ChangedRoutes("default", SubscriptionId: $"s{n}")).Length).ShouldBe(keys.Length);
        Enumerable.Range(0, subscriptions).Sum(n => orphans.List(new ChangedRoutes("default", FunctionId: $"f{n}")).Length).ShouldBe(subscriptions);
        orphans.List(new ChangedRoutes("other", SubscriptionId: "s0")).ShouldBeEmpty();
        orphans.List(new ChangedRoutes("default", FunctionId: "letters")).Length.ShouldBe(subscriptions);
        orphans.List(default).ShouldBe(keys, ignoreOrder: true);

        Array.ForEach(keys, key => orphans.TryRemove(key).ShouldBeTrue());
        orphans.TryRemove(keys[0]).ShouldBeFalse();
        orphans.List(new ChangedRoutes("default", SubscriptionId: "s0")).ShouldBeEmpty();
        orphans.List(new ChangedRoutes("default", FunctionId: "letters")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_deletion_is_remembered_until_some_time_after_it_was_made(bool made, bool remembered)
    {
        var orphans = new Orphans(_time);
        orphans.AddDeletion("default", "s");
        if (made)
        {
            orphans.EndDeletion("default", "s");
        }

        _time.Advance(TimeSpan.FromMinutes(9));
        orphans.WasDeleted(new SubscriptionKey("default", "s", "f")).ShouldBeTrue();
        _time.Advance(TimeSpan.FromMinutes(2));
        orphans.WasDeleted(new SubscriptionKey("default", "s", "f")).ShouldBe(remembered);
        orphans.RemoveDeletion("default", "s");
        orphans.WasDeleted(new SubscriptionKey("default", "s", "f")).ShouldBeFalse();
    }

    // Returns the route of deliveries that are held, because their subscription is not in the configuration.
    private static async Task<Route> LoseAsync(DispatcherFixture fixture, params string[] ids)
    {
        var route = fixture.Route("a");
        fixture.Remove(route);
        await fixture.Backlog.AcceptAsync([.. ids.Select(id => new EventDeliveries(DispatcherFixture.Event(id), [route]))], default);
        await Eventually.HoldsAsync(() => fixture.Dispatcher.CountOrphans().Any(item => item.Deliveries == ids.Length) && fixture.LaneCount == 0, "the deliveries are held");
        return route;
    }
}
