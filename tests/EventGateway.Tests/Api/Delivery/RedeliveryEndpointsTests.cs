using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Delivery;

public sealed class RedeliveryEndpointsTests : IAsyncLifetime
{
    private DeliveryApiFixture _api = null!;
    private string _first = "";
    private string _second = "";

    public async ValueTask InitializeAsync()
    {
        _api = await DeliveryApiFixture.StartAsync();
        await _api.ReadAsync("POST", "functions", 201, """{"functionId":"f","type":"http","provider":{"url":"http://localhost"}}""");
        await _api.ReadAsync("POST", "eventtypes", 201, """{"name":"user.created"}""");
        await _api.ReadAsync("POST", "eventtypes", 201, """{"name":"user.deleted"}""");
        _first = await SubscribeAsync("/1");
        _second = await SubscribeAsync("/2");
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task Delivers_an_event_again_to_the_subscriptions_that_still_exist(string? body)
    {
        Log("1", "/users", _first, _second, "deleted");

        (await RedeliverAsync("events/1/redeliver", body)).ShouldBe("""{"redelivered":2}""");

        await CallsAsync(2);
        _api.Dispatching.Functions.Calls[0].Body.ShouldContain("/users");
    }

    [Fact]
    public async Task Delivers_an_event_again_to_the_subscriptions_that_are_named()
    {
        Log("1", "/users", _first);

        (await RedeliverAsync("events/1/redeliver", $$"""{"subscriptionIds":["{{_second}}","{{_second}}"]}""")).ShouldBe("""{"redelivered":1}""");

        await CallsAsync(1);
    }

    [Fact]
    public async Task Delivers_an_event_again_to_a_subscription_to_a_family_that_includes_its_type()
    {
        await _api.ReadAsync("POST", "eventtypes", 201, """{"name":"user.*"}""");
        var family = await SubscribeAsync("/family", eventType: "user.*");
        Log("1", "/users", _first);

        (await RedeliverAsync("events/1/redeliver", $$"""{"subscriptionIds":["{{family}}"]}""")).ShouldBe("""{"redelivered":1}""");

        await CallsAsync(1);
    }

    [Fact]
    public async Task Tells_events_of_the_same_id_apart_by_their_source()
    {
        Log("1", "/users", _first);
        Log("1", "/others", _first);

        await RedeliverAsync("events/1/redeliver?source=%2Fusers");

        await CallsAsync(1);
        _api.Dispatching.Functions.Calls.Single().Body.ShouldContain("/users");
        (await _api.RefusedAsync("POST", "events/1/redeliver?source=%2Fnone", 404)).ShouldHaveSingleItem().ShouldStartWith("There is no event 1 in the log");
        (await _api.ReadAsync("GET", "events/1?source=%2Fusers")).GetProperty("source").GetString().ShouldBe("/users");
        (await _api.ReadAsync("GET", "events/1")).GetProperty("source").GetString().ShouldBe("/others");
    }

    [Fact]
    public async Task Stores_nothing_when_a_named_subscription_cannot_take_the_event()
    {
        Log("1", "/users", _first);
        var sync = await SubscribeAsync("/sync", "sync");
        var other = await SubscribeAsync("/other", eventType: "user.deleted");
        var once = await SubscribeAsync("/once", delivery: """{"guarantee":"atMostOnce"}""");

        (await _api.RefusedAsync("POST", "events/1/redeliver", 400, $$"""{"subscriptionIds":["{{_first}}","none","{{sync}}","{{other}}","{{once}}"]}""")).ShouldBe(
        [
            Problem("none", "does not exist in space default"),
            Problem(sync, "is not async"),
            Problem(other, "takes events of type user.deleted, not user.created"),
            Problem(once, "does not deliver at least once"),
        ]);

        _api.Dispatching.Store.Count.ShouldBe(0);
        _api.Dispatching.Functions.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"subscriptionIds":[]}""", "subscriptionIds: empty; leave it out, or name at least one subscription.")]
    [InlineData("""{"SubscriptionIds":[]}""", "subscriptionIds: empty; leave it out, or name at least one subscription.")]
    [InlineData("""{"subscriptionIds":"s"}""", "subscriptionIds: a string; an array of strings is accepted.")]
    public async Task Refuses_a_body_that_is_wrong(string body, string message)
    {
        Log("1", "/users", _first);

        (await _api.RefusedAsync("POST", "events/1/redeliver", 400, body)).ShouldBe([message]);
    }

    [Fact]
    public async Task Refuses_an_event_that_is_damaged()
    {
        _api.Events.Add(Logged("1", "/users", _first) with { IsDamaged = true });

        (await _api.RefusedAsync("POST", "events/1/redeliver", 409)).ShouldBe(["Event 1 is damaged on disk. It cannot be delivered."]);
    }

    private static string Problem(string id, string problem) =>
        $"subscriptionIds: subscription \"{id}\" {problem}; async subscriptions to user.created that deliver at least once are accepted.";

    private Task CallsAsync(int count) => Eventually.HoldsAsync(() => _api.Dispatching.Functions.Calls.Count == count);

    private async Task<string> RedeliverAsync(string path, string? body = null) => (await _api.ReadAsync("POST", path, 202, body)).GetRawText();

    private void Log(string id, string source, params string[] subscriptionIds) => _api.Events.Add(Logged(id, source, subscriptionIds));

    private static LoggedEvent Logged(string id, string source, params string[] subscriptionIds) => new()
    {
        Space = "default",
        Id = id,
        Type = "user.created",
        Source = source,
        AcceptedAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
        Event = System.Text.Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"{{id}}","type":"user.created","source":"{{source}}"}"""),
        Deliveries =
        [
            .. subscriptionIds.Select(subscriptionId => new LoggedDelivery
            {
                Subscription = new SubscriptionKey("default", subscriptionId, "f"),
                AcceptedAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
                State = DeliveryState.Delivered,
                Attempts = [],
            }),
        ],
    };

    // In the registry of the API, and among the routes of the deliveries.
    private async Task<string> SubscribeAsync(string path, string type = "async", string eventType = "user.created", string? delivery = null)
    {
        var body = $$"""{"type":"{{type}}","eventType":"{{eventType}}","functionId":"f","path":"{{path}}","delivery":{{delivery ?? "{}"}}}""";
        var id = (await _api.ReadAsync("POST", "subscriptions", 201, body)).GetProperty("subscriptionId").GetString()!;
        var route = TestRoutes.To(TestRoutes.OfType("played", "f"), delivery is null ? null : new DeliverySettings { Guarantee = DeliveryGuarantee.AtMostOnce }, id);
        var subscription = route.Subscription with { EventType = eventType, Type = type is "sync" ? SubscriptionType.Sync : SubscriptionType.Async };
        _api.Dispatching.Put(new Route(subscription, route.Function));
        return id;
    }
}
