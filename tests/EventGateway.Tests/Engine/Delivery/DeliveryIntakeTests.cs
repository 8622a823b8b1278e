using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class DeliveryIntakeTests
{
    private static readonly DeliverySettings AtMostOnce = new() { Guarantee = DeliveryGuarantee.AtMostOnce };

    [Fact]
    public async Task Notes_a_skipped_event_in_the_durable_store_only()
    {
        await using var durable = new DispatcherFixture(durable: true);
        await using var transient = new DispatcherFixture(durable: true);
        var intake = new DeliveryIntake(durable.Backlog, transient.Backlog, new GatewayDefaults(), durable.Reports);
        var once = durable.Route("once", AtMostOnce);
        var disabled = Disabled(durable.Route("off"));

        await AcceptAsync(intake, new EventDeliveries(DispatcherFixture.Event("1"), []) { Skipped = [disabled] });
        await AcceptAsync(intake, new EventDeliveries(DispatcherFixture.Event("2"), [once]) { Skipped = [disabled] });
        await AcceptAsync(
            intake,
            new EventDeliveries(DispatcherFixture.Event("3"), [once]),
            new EventDeliveries(DispatcherFixture.Event("4"), [durable.Route("f")]) { Skipped = [disabled] });

        durable.Durable.Skips.Select(skip => skip.EventId).ShouldBe(["1", "2", "4"]);
        transient.Durable.Skips.ShouldBeEmpty();
        durable.Counted("skipped_deliveries_total{space=default}", "eventgateway_").ShouldBe(3);
        transient.Counted("skipped_deliveries_total{space=default}", "eventgateway_").ShouldBe(0);
    }

    [Fact]
    public async Task Selects_disabled_subscriptions_with_at_least_once_while_there_is_a_log()
    {
        await using var fixture = new DispatcherFixture();
        var (often, once) = (Disabled(fixture.Route("often")), Disabled(fixture.Route("once", AtMostOnce)));

        Intake(fixture, new GatewayDefaults()).FindSkipped([]).ShouldBeNull();
        Intake(fixture, new GatewayDefaults()).FindSkipped([often, once]).ShouldBe([often]);
        Intake(fixture, new GatewayDefaults()).FindSkipped([once]).ShouldBeNull();
        Intake(fixture, new GatewayDefaults { Guarantee = DeliveryGuarantee.AtMostOnce }).FindSkipped([often]).ShouldBeNull();
        Intake(fixture, new GatewayDefaults { KeepsLog = false }).FindSkipped([often]).ShouldBeNull();
    }

    [Fact]
    public async Task An_event_with_both_guarantees_is_a_duplicate_when_both_stores_have_it()
    {
        await using var durable = new DispatcherFixture(durable: true);
        await using var transient = new DispatcherFixture(new GatewayDefaults { BacklogDeliveries = 1 }, durable: true);
        var intake = new DeliveryIntake(durable.Backlog, transient.Backlog, new GatewayDefaults(), durable.Reports);
        var (often, once) = (durable.Route("often"), transient.Route("once", AtMostOnce));
        durable.Functions.Hang("often");
        var release = transient.Functions.Hang("once");

        // The memory has room for one delivery, so the first answer to the second event is that it is full.
        (await intake.AcceptAsync([Keyed("1", often, once)], default)).Duplicates.ShouldBeNull();
        (await intake.AcceptAsync([Keyed("2", often, once)], default)).Status.ShouldBe(AcceptStatus.Full);
        release.SetResult();
        await Eventually.HoldsAsync(() => transient.Store.Count == 0);

        (await intake.AcceptAsync([Keyed("2", often, once)], default)).ShouldBe(AcceptResult.Accepted);
        await Eventually.HoldsAsync(() => transient.Store.Count == 0);
        (await intake.AcceptAsync([Keyed("1", often), Keyed("2", often, once), Keyed("1", once), Keyed("3", often)], default)).Duplicates.ShouldBe([0, 1, 2]);

        durable.Store.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Reports_an_event_with_both_guarantees_once_and_only_when_nothing_of_it_is_new()
    {
        await using var durable = new DispatcherFixture(durable: true);
        await using var transient = new DispatcherFixture(new GatewayDefaults { DedupKeys = 1 }, durable: true);
        var intake = new DeliveryIntake(durable.Backlog, transient.Backlog, new GatewayDefaults(), durable.Reports);
        var (often, once) = (durable.Route("often"), transient.Route("once", AtMostOnce));

        // The store in memory knows one event, so one part of the third is new.
        foreach (var id in new[] { "1", "2", "1", "1" })
        {
            await AcceptAsync(intake, Keyed(id, often, once));
        }

        durable.Counted("duplicate_events_total{space=default}", "eventgateway_").ShouldBe(1);
        durable.Counted("dedup_keys_forgotten_total", "eventgateway_").ShouldBe(2);
        durable.Duplicates.Entries.Where(entry => entry.Level is LogLevel.Debug).ShouldHaveSingleItem().Text
            .ShouldBe("Event 1 of /test was accepted before in space default: it is not delivered again.");
        transient.Duplicates.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_of_an_event_that_is_only_skipped_leaves_no_key_and_is_not_new()
    {
        await using var durable = new DispatcherFixture(durable: true);
        await using var transient = new DispatcherFixture(durable: true);
        var intake = new DeliveryIntake(durable.Backlog, transient.Backlog, new GatewayDefaults(), durable.Reports);
        var (often, once) = (durable.Route("often"), transient.Route("once", AtMostOnce));
        var skipped = Keyed("1", once) with { Skipped = [Disabled(often)] };

        (await intake.AcceptAsync([skipped], default)).Duplicates.ShouldBeNull();
        (await intake.AcceptAsync([skipped], default)).Duplicates.ShouldBe([0]);
        (await intake.AcceptAsync([Keyed("1", often, once)], default)).Duplicates.ShouldBeNull();

        await Eventually.HoldsAsync(() => durable.Functions.Calls.Count == 1 && transient.Functions.Calls.Count == 1);
    }

    private static EventDeliveries Keyed(string id, params Route[] routes) =>
        new(DispatcherFixture.Event(id), routes) { Keys = new EventKeys(TimeSpan.FromMinutes(1), EventKey.Of(id)) };

    private static DeliveryIntake Intake(DispatcherFixture fixture, GatewayDefaults defaults) => new(fixture.Backlog, fixture.Backlog, defaults, fixture.Reports);

    private static Route Disabled(Route route) => new(route.Subscription with { Enabled = false }, route.Function);

    private static async Task AcceptAsync(DeliveryIntake intake, params EventDeliveries[] events) =>
        (await intake.AcceptAsync(events, CancellationToken.None)).IsAccepted.ShouldBeTrue();
}
