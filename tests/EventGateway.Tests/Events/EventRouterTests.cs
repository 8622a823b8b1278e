using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine.Authorization;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using EventGateway.Events;
using EventGateway.Tests.Engine.Plugins;
using EventGateway.Tests.Http;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class EventRouterTests
{
    private const string Allows = """{"authorization":{"principalId":"u"}}""";
    private const string Refuses = """{"error":{"message":"Not you."}}""";

    private static readonly CloudEvent _event = new() { Id = "7", Type = "test.event", Source = "/s" };

    [Fact]
    public async Task Returns_the_subscriptions_that_match()
    {
        await using var gateway = await EventsFixture.StartAsync();
        var match = await SubscribeAsync(gateway);

        var (routed, answer) = await RouteAsync(gateway, match);

        routed!.Value.Sync!.Value.Route.ShouldBe(match.Sync);
        routed.Value.Deliveries.ShouldHaveSingleItem().Routes.ShouldBe(match.Async);
        routed.Value.Refusal.ShouldBeNull();
        answer.Body.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, "Closed.")]
    [InlineData(2, "[2]: Closed.")]
    public async Task Answers_when_a_plug_in_stops_the_event_and_names_its_index_in_a_batch(int? batchIndex, string message)
    {
        var plugin = new PlayedPlugin(PluginMode.Sync, static (_, _) => ValueTask.FromResult(PluginAnswer.Stop("Closed.")));
        await using var gateway = await EventsFixture.StartAsync(plugins: plugin);
        await gateway.PlayAsync("authorizer", Allows);
        await gateway.CreateTypeAsync("guarded", "authorizer");
        var match = await SubscribeAsync(gateway, "guarded");

        var (routed, answer) = await RouteAsync(gateway, match, _event with { Type = "guarded" }, batchIndex: batchIndex);

        routed.ShouldBeNull();
        (answer.Status, answer.Errors.Single()).ShouldBe((403, message));
        gateway.Calls.ShouldBeEmpty("The authorizer is not asked about an event that is stopped.");
    }

    [Fact]
    public async Task Returns_the_refusal_of_the_authorizer()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer", Refuses);
        await gateway.CreateTypeAsync("guarded", "authorizer");
        var match = await SubscribeAsync(gateway, "guarded");

        var (routed, answer) = await RouteAsync(gateway, match, _event with { Type = "guarded" });

        routed!.Value.Sync.ShouldBeNull();
        routed.Value.Deliveries.ShouldBeEmpty();
        (routed.Value.Refusal!.Value.StatusCode, routed.Value.Refusal.Value.Error).ShouldBe((403, "Not you."));
        answer.Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task Removes_an_authorization_that_the_sender_has_made_up()
    {
        await using var gateway = await EventsFixture.StartAsync();
        var match = await SubscribeAsync(gateway);
        var claimed = AuthorizedEvent.With(_event, "{}"u8.ToArray());

        var (routed, _) = await RouteAsync(gateway, match, claimed);

        claimed.Extensions.ShouldNotBeEmpty();
        routed!.Value.Sync!.Value.Event.Extensions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_out_the_sync_subscription_of_a_batch()
    {
        await using var gateway = await EventsFixture.StartAsync();
        var match = await SubscribeAsync(gateway);

        var (routed, _) = await RouteAsync(gateway, match, batchIndex: 0);

        routed!.Value.Sync.ShouldBeNull();
        routed.Value.Deliveries.ShouldHaveSingleItem().Routes.ShouldBe(match.Async);
    }

    [Fact]
    public async Task Counts_the_hops_of_the_request_and_the_event()
    {
        await using var gateway = await EventsFixture.StartAsync();
        var match = await SubscribeAsync(gateway);

        var (routed, _) = await RouteAsync(gateway, match, Replies.WithHops(_event, 3), Passed(2));

        Replies.HopsOf(routed!.Value.Deliveries.ShouldHaveSingleItem().Event).ShouldBe(5);
    }

    [Fact]
    public async Task Does_not_count_hops_that_the_sender_has_set_itself()
    {
        await using var gateway = await EventsFixture.StartAsync();
        var match = await SubscribeAsync(gateway);

        var (routed, _) = await RouteAsync(gateway, match, Replies.WithHops(_event, Replies.MaxHops));

        routed!.Value.Deliveries.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Refuses_an_event_that_has_made_too_many_hops_before_plug_ins_see_it()
    {
        var seen = 0;
        var plugin = new PlayedPlugin(PluginMode.Sync, (_, _) =>
        {
            Interlocked.Increment(ref seen);
            return ValueTask.FromResult(PluginAnswer.Continue);
        });
        await using var gateway = await EventsFixture.StartAsync(plugins: plugin);
        var match = await SubscribeAsync(gateway);

        var (routed, answer) = await RouteAsync(gateway, match, Replies.WithHops(_event, Replies.MaxHops), Passed(1));

        routed.ShouldBeNull();
        answer.Status.ShouldBe(508);
        seen.ShouldBe(0);
    }

    [Theory]
    [InlineData(Allows, false)]
    [InlineData(Refuses, true)]
    public async Task Asks_the_authorizer_before_an_event_is_kept_for_a_disabled_subscription(string answer, bool isRefused)
    {
        await using var gateway = await EventsFixture.StartAsync(static options => options with { Durability = DeliveryGuarantee.AtLeastOnce });
        await gateway.PlayAsync("authorizer", answer);
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.PlayAsync("f");
        var disabled = await gateway.SubscribeAsync("async", "f", "guarded", "\"enabled\":false");

        var (routed, _) = await RouteAsync(gateway, new RouteMatch(null, [], []) { Disabled = [disabled] }, _event with { Type = "guarded" });

        routed!.Value.Deliveries.SelectMany(deliveries => deliveries.Skipped!).ShouldBe(isRefused ? [] : [disabled]);
        (routed.Value.Refusal?.StatusCode).ShouldBe(isRefused ? 403 : null);
    }

    [Theory]
    [InlineData("", 0, DeliveryGuarantee.AtLeastOnce, 24)]
    [InlineData("", 1, DeliveryGuarantee.AtMostOnce, 24)]
    [InlineData("\"guarantee\":\"atMostOnce\"", 1, DeliveryGuarantee.AtLeastOnce, 24)]
    [InlineData("", 1, DeliveryGuarantee.AtLeastOnce, 0)]
    public async Task Keeps_an_event_for_a_disabled_subscription_only_with_at_least_once_and_a_log(
        string delivery, int lost, DeliveryGuarantee guarantee, int retentionHours)
    {
        await using var gateway = await EventsFixture.StartAsync(
            options => options with { Durability = guarantee, Retention = TimeSpan.FromHours(retentionHours) });
        await gateway.PlayAsync("f");
        var disabled = await gateway.SubscribeAsync("async", "f", more: "\"enabled\":false,\"delivery\":{" + delivery + "}");

        var (routed, _) = await RouteAsync(gateway, new RouteMatch(null, [], []) { Disabled = [disabled] });

        routed!.Value.Deliveries.Count.ShouldBe(1 - lost);
    }

    // A request that event gateways have forwarded.
    private static HttpRequest Passed(int times) =>
        TestRequests.Of(headers: (Via.Name, string.Join(", ", Enumerable.Repeat($"1.1 {Via.Pseudonym}", times))));

    private static async Task<RouteMatch> SubscribeAsync(EventsFixture gateway, string eventType = "test.event")
    {
        await gateway.PlayAsync("f");
        var sync = await gateway.SubscribeAsync("sync", "f", eventType);
        await gateway.PlayAsync("g");
        var async = await gateway.SubscribeAsync("async", "g", eventType);
        return new RouteMatch(sync, [], [async]);
    }

    private static async Task<(RoutedEvent? Routed, TestAnswer Answer)> RouteAsync(
        EventsFixture gateway, RouteMatch match, CloudEvent? cloudEvent = null, HttpRequest? request = null, int? batchIndex = null)
    {
        var exchange = new TestExchange(request ?? TestRequests.Of());
        var routed = await gateway.Get<EventRouter>().RouteAsync(exchange.Context, match, cloudEvent ?? _event, batchIndex);
        return (routed, await exchange.CompleteAsync());
    }
}
