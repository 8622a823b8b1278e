using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Events;
using EventGateway.Tests.Engine.Plugins;
using EventGateway.Tests.Http;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class EventDeliveryTests
{
    private const string Allows = """{"authorization":{"principalId":"u"}}""";
    private const string Refuses = """{"error":{"message":"Not you."}}""";

    private static readonly CloudEvent Event = new()
    {
        Id = "7",
        Type = "test.event",
        Source = "/s",
        DataContentType = "application/json",
        Data = CloudEventData.Json("""{"a":1}"""u8.ToArray()),
    };

    [Fact]
    public async Task Delivers_to_async_subscribers_and_gives_the_event_id()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.PlayAsync("g");
        await gateway.SubscribeAsync("async", "f");
        await gateway.SubscribeAsync("async", "g");

        var answer = await DeliverAsync(gateway, Event with { Id = "é7" });

        (answer.Status, answer.Body, answer.Headers["event-id"].ToString()).ShouldBe((202, "", "%C3%A97"));
        answer.Headers["event-subscriptions"].ToString().ShouldBe("2");
        (await gateway.DrainAsync()).Select(call => (call.FunctionId, Text(call.Event, "id"))).Order().ShouldBe([("f", "é7"), ("g", "é7")]);
    }

    [Fact]
    public async Task Delivers_and_answers_what_the_function_of_the_sync_subscription_says()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("sync", """{"statusCode":200,"body":"hello"}""");
        await gateway.PlayAsync("async");
        await gateway.SubscribeAsync("sync", "sync");
        await gateway.SubscribeAsync("async", "async");

        var answer = await DeliverAsync(gateway, Event);

        (answer.Status, answer.Body, answer.Headers.ContainsKey("event-id")).ShouldBe((200, "hello", false));
        (await gateway.DrainAsync()).Select(call => call.FunctionId).Order().ShouldBe(["async", "sync"]);
    }

    [Fact]
    public async Task Answers_raw_where_the_subscription_says_so()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayHttpAsync("f");
        gateway.HttpFunctions.Answer("f", 418, "teapot");
        await gateway.SubscribeAsync("sync", "f", more: "\"responseMode\":\"raw\"");

        var answer = await DeliverAsync(gateway, Event);

        (answer.Status, answer.Body).ShouldBe((418, "teapot"));
        gateway.HttpFunctions.Requests.ShouldHaveSingleItem().Body.ShouldNotBeNull().ShouldContain("\"id\":\"7\"");
    }

    [Theory]
    [InlineData("atLeastOnce", 1)]
    [InlineData("atMostOnce", 0)]
    public async Task Stores_a_delivery_as_durably_as_the_subscription_asks(string guarantee, int durable)
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        gateway.Functions.Hang("f");
        await gateway.SubscribeAsync("async", "f", more: $"\"delivery\":{{\"guarantee\":\"{guarantee}\"}}");

        (await DeliverAsync(gateway, Event)).Status.ShouldBe(202);

        gateway.Durable.Count.ShouldBe(durable);
    }

    [Fact]
    public async Task Calls_nobody_where_a_delivery_cannot_be_stored()
    {
        await using var gateway = await EventsFixture.StartAsync(options => options with { WorkersBacklog = 2 });
        await gateway.PlayAsync("sync", "{}");
        await gateway.PlayAsync("f");
        var release = gateway.Functions.Hang("f");
        await gateway.SubscribeAsync("async", "f");
        (await DeliverAsync(gateway, Event)).Status.ShouldBe(202);
        await gateway.SubscribeAsync("sync", "sync");

        var answer = await DeliverAsync(gateway, Event with { Id = "8" });

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "1"));
        answer.Errors.Single().ShouldBe("No more deliveries can be stored now; send the event again later.");
        release.SetResult();
        (await gateway.DrainAsync()).Select(call => call.FunctionId).ShouldBe(["f"]);
    }

    [Fact]
    public async Task Takes_no_delivery_on_while_deliveries_drain()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        await gateway.DrainAsync();

        var answer = await DeliverAsync(gateway, Event);

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "5"));
    }

    [Theory]
    [InlineData(Refuses, "Not you.")]
    [InlineData("""{"error":{}}""", "The event is not authorized.")]
    [InlineData("no answer", "The event is not authorized.")]
    public async Task Refuses_what_the_authorizer_does_not_allow(string says, string error)
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer", says);
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "guarded");
        await gateway.SubscribeAsync("async", "authorizer", "guarded");

        var answer = await DeliverAsync(gateway, Event with { Type = "guarded" });

        answer.Status.ShouldBe(403);
        answer.Errors.Single().ShouldBe(error);
        (await gateway.DrainAsync()).ShouldHaveSingleItem().FunctionId.ShouldBe("authorizer");
    }

    [Fact]
    public async Task Shows_the_authorizer_the_event_and_the_request()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer", Allows);
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f", "guarded", "\"path\":\"/p\"");

        await DeliverAsync(gateway, Event with { Type = "guarded" }, TestRequests.Of("POST", "/p?q=1", ("Authorization", "secret")));

        var question = gateway.Calls.First(call => call.FunctionId == "authorizer").Event;
        (Text(question.GetProperty("event"), "id"), Text(question.GetProperty("request"), "path")).ShouldBe(("7", "/p"));
        Text(question.GetProperty("request").GetProperty("headers"), "Authorization").ShouldBe("secret");
    }

    [Fact]
    public async Task Tells_subscribers_whom_the_authorizer_found_and_nothing_that_the_sender_claims()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer", Allows);
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.PlayAsync("f");
        await gateway.PlayAsync("open");
        await gateway.SubscribeAsync("async", "f", "guarded");
        await gateway.SubscribeAsync("async", "open");
        var claim = new CloudEventExtension("eventgatewayauthorization", "\"a claim\""u8.ToArray());

        await DeliverAsync(gateway, Event with { Type = "guarded", Extensions = [claim] });
        await DeliverAsync(gateway, Event with { Extensions = [claim] });

        var calls = await gateway.DrainAsync();
        Text(calls.Single(call => call.FunctionId == "f").Event, "eventgatewayauthorization").ShouldContain("\"principalId\":\"u\"");
        calls.Single(call => call.FunctionId == "open").Event.TryGetProperty("eventgatewayauthorization", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Asks_to_come_back_where_there_was_no_room_to_ask_the_authorizer()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer");
        gateway.Functions.Play("authorizer", _ => Task.FromResult(CallRefusedException.Overloaded("full").ToResult()));
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f", "guarded");

        var answer = await DeliverAsync(gateway, Event with { Type = "guarded" });

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "1"));
    }

    [Theory]
    [InlineData("PT1M", 1)]
    [InlineData("PT0S", 2)]
    public async Task Asks_the_authorizer_once_for_requests_that_are_alike_as_long_as_it_says(string cacheFor, int asked)
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer", $$"""{"authorization":{"principalId":"u"},"cacheFor":"{{cacheFor}}"}""");
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f", "guarded");
        for (var i = 0; i < 2; i++)
        {
            await DeliverAsync(gateway, Event with { Type = "guarded" }, TestRequests.Of(headers: ("Authorization", "a")));
        }

        gateway.Functions.CallsOf("authorizer").ShouldBe(asked);

        await DeliverAsync(gateway, Event with { Type = "guarded" }, TestRequests.Of(headers: ("Authorization", "b")));
        gateway.Functions.CallsOf("authorizer").ShouldBe(asked + 1);
        gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        await DeliverAsync(gateway, Event with { Type = "guarded" }, TestRequests.Of(headers: ("Authorization", "a")));
        gateway.Functions.CallsOf("authorizer").ShouldBe(asked + 2);
    }

    [Theory]
    [InlineData("async", 202)]
    [InlineData("sync", 403)]
    public async Task Asks_the_authorizer_of_each_space_about_its_own_subscribers(string type, int status)
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer", Refuses);
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync(type, "f", "guarded");
        await gateway.CreateTypeAsync("guarded", space: "open");
        await gateway.PlayAsync("g", space: "open");
        await gateway.SubscribeAsync("async", "g", "guarded", space: "open");

        (await DeliverAsync(gateway, Event with { Type = "guarded" })).Status.ShouldBe(status);

        (await gateway.DrainAsync()).Select(call => call.FunctionId).Order().ShouldBe(["authorizer", "g"]);
    }

    [Fact]
    public async Task Keeps_the_hops_of_a_request_in_the_events_that_it_brings()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        var hops = new CloudEventExtension("eventgatewayhops", "3"u8.ToArray());

        await DeliverAsync(gateway, Event with { Extensions = [hops] }, TestRequests.Of(headers: ("Via", "1.1 event-gateway-1, 1.1 event-gateway-2")));

        (await gateway.DrainAsync()).Single().Event.GetProperty("eventgatewayhops").GetRawText().ShouldBe("5");
    }

    [Fact]
    public async Task Cuts_an_event_that_has_made_too_many_hops()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        var hops = new CloudEventExtension("eventgatewayhops", "8"u8.ToArray());
        var request = TestRequests.Of(headers: ("Via", "1.1 event-gateway-1"));

        (await DeliverAsync(gateway, Event with { Extensions = [hops] }, request)).Status.ShouldBe(508);
        (await DeliverBatchAsync(gateway, [Event with { Extensions = [hops] }], TestRequests.Of(headers: ("Via", "1.1 event-gateway-1")))).Status.ShouldBe(508);

        (await gateway.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Gives_an_event_the_trace_of_its_request()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        await DeliverAsync(gateway, Event, TestRequests.Of(headers: ("traceparent", Trace)));

        Text((await gateway.DrainAsync()).Single().Event, "traceparent").ShouldBe(Trace);
    }

    [Fact]
    public async Task Takes_a_batch_whole_or_not_at_all()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer", Refuses);
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        await gateway.SubscribeAsync("async", "f", "guarded");

        var answer = await DeliverBatchAsync(gateway, [Event, Event with { Type = "guarded" }]);

        answer.Status.ShouldBe(403);
        answer.Errors.Single().ShouldBe("[1]: Not you.");
        (await gateway.DrainAsync()).ShouldHaveSingleItem().FunctionId.ShouldBe("authorizer");
        (await DeliverBatchAsync(gateway, [Event])).Status.ShouldBe(503);
    }

    [Fact]
    public async Task Tells_subscribers_of_system_events_what_came_in()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("observer");
        await gateway.SubscribeAsync("async", "observer", SystemEventTypes.EventReceived);
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f");

        await DeliverAsync(gateway, Event);

        var calls = await gateway.DrainAsync();
        var told = calls.Single(call => call.FunctionId == "observer").Event;
        (Text(told, "type"), Text(told.GetProperty("data").GetProperty("event"), "id")).ShouldBe((SystemEventTypes.EventReceived, "7"));
    }

    [Fact]
    public async Task Stops_what_a_plug_in_stops()
    {
        var plugin = new PlayedPlugin(PluginMode.Sync, (told, _) => ValueTask.FromResult(PluginAnswer.Stop("Closed.")));
        await using var gateway = await EventsFixture.StartAsync(plugins: plugin);
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f");
        await gateway.SubscribeAsync("async", "f", "http.request");

        var one = await DeliverAsync(gateway, Event);
        var batch = await DeliverBatchAsync(gateway, [Event]);
        var unmatched = await gateway.SendAsync(TestRequests.Of("GET", "/nobodys"));

        (one.Status, one.Errors.Single()).ShouldBe((403, "Closed."));
        (batch.Status, batch.Errors.Single()).ShouldBe((403, "[0]: Closed."));
        (unmatched.Status, unmatched.Errors.Single()).ShouldBe((403, "Closed."));
        gateway.Calls.ShouldBeEmpty();
    }

    private static async Task<TestAnswer> DeliverAsync(EventsFixture gateway, CloudEvent cloudEvent, HttpRequest? request = null)
    {
        var exchange = new TestExchange(request ?? TestRequests.Of());
        var match = gateway.Registry.Routes.Match("POST", exchange.Context.Request.Path, cloudEvent.Type);
        await gateway.Get<EventDelivery>().DeliverAsync(exchange.Context, match, RequestEvents.Of(cloudEvent), default);
        return await exchange.CompleteAsync();
    }

    private static async Task<TestAnswer> DeliverBatchAsync(EventsFixture gateway, IReadOnlyList<CloudEvent> batch, HttpRequest? request = null)
    {
        var exchange = new TestExchange(request ?? TestRequests.Of());
        await gateway.Get<EventDelivery>().DeliverBatchAsync(exchange.Context, gateway.Registry.Routes, "/", batch);
        return await exchange.CompleteAsync();
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
