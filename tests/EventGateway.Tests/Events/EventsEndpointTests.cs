using System.Text.Json;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class EventsEndpointTests
{
    [Fact]
    public async Task Makes_a_plain_request_an_event_and_answers_what_the_function_says()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f", """{"statusCode":201,"headers":{"X-A":"b"},"body":"hello"}""");
        await gateway.SubscribeAsync("sync", "f", "http.request", "\"method\":\"PUT\",\"path\":\"/users/:id\"");

        var answer = await gateway.SendAsync(TestRequests.Of("PUT", "/users/7?q=1", ("Content-Type", "application/json")), """{"a":1}""");

        (answer.Status, answer.Body, answer.Headers["X-A"].ToString()).ShouldBe((201, "hello", "b"));
        var (function, sent) = gateway.Calls.ShouldHaveSingleItem();
        (function, Text(sent, "type"), Text(sent, "datacontenttype")).ShouldBe(("f", "http.request", "application/json"));
        var data = sent.GetProperty("data");
        (Text(data, "method"), Text(data, "path"), data.GetProperty("params").GetRawText(), data.GetProperty("query").GetRawText(), data.GetProperty("body").GetRawText())
            .ShouldBe(("PUT", "/users/7", """{"id":"7"}""", """{"q":["1"]}""", """{"a":1}"""));
    }

    [Fact]
    public async Task Makes_an_event_of_the_type_in_the_event_header()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");

        var answer = await gateway.SendAsync(TestRequests.Of(headers: [("Event", "test.event"), ("Content-Type", "text/plain")]), "hello");

        (answer.Status, answer.Body).ShouldBe((202, ""));
        var sent = (await gateway.DrainAsync()).ShouldHaveSingleItem().Event;
        (Text(sent, "type"), Text(sent, "data"), Text(sent, "id")).ShouldBe(("test.event", "hello", answer.Headers["event-id"].ToString()));
    }

    [Theory]
    [InlineData("application/cloudevents+json", TestRequests.Structured)]
    [InlineData("application/json", """{"a":1}""")]
    public async Task Delivers_a_cloud_event_in_either_mode(string contentType, string body)
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        (string, string)[] binary = contentType is "application/json"
            ? [("ce-specversion", "1.0"), ("ce-id", "7"), ("ce-type", "test.event"), ("ce-source", "/s")]
            : [];

        var answer = await gateway.SendAsync(TestRequests.Of(headers: [("Content-Type", contentType), .. binary]), body);

        (answer.Status, answer.Body, answer.Headers["event-id"].ToString()).ShouldBe((202, "", "7"));
        var sent = (await gateway.DrainAsync()).ShouldHaveSingleItem().Event;
        (Text(sent, "id"), Text(sent, "source"), sent.GetProperty("data").GetRawText()).ShouldBe(("7", "/s", """{"a":1}"""));
    }

    [Fact]
    public async Task Matches_an_event_by_type_method_and_path()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.CreateTypeAsync("other.event");
        await gateway.PlayAsync("f");
        await gateway.PlayAsync("other");
        await gateway.SubscribeAsync("async", "f", more: "\"path\":\"/p\"");
        await gateway.SubscribeAsync("async", "other", "other.event", "\"path\":\"/p\"");
        await gateway.SubscribeAsync("async", "other", more: "\"path\":\"/q\"");

        (await gateway.SendAsync(TestRequests.Event("/p"), TestRequests.Structured)).Status.ShouldBe(202);

        (await gateway.DrainAsync()).ShouldHaveSingleItem().FunctionId.ShouldBe("f");
    }

    [Fact]
    public async Task Delivers_the_events_of_a_batch_to_async_subscribers_alone()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.PlayAsync("waited-for");
        await gateway.SubscribeAsync("async", "f");
        await gateway.SubscribeAsync("sync", "waited-for");

        var answer = await gateway.SendAsync(TestRequests.Batch(), $"[{TestRequests.Structured},{TestRequests.Structured.Replace("\"7\"", "\"8\"")},{TestRequests.Structured.Replace("test.event", "nobodys.event")}]");

        (answer.Status, answer.Body).ShouldBe((202, ""));
        (await gateway.DrainAsync()).Select(call => (call.FunctionId, Text(call.Event, "id"))).Order().ShouldBe([("f", "7"), ("f", "8")]);
    }

    [Theory]
    [InlineData("[]", 202)]
    [InlineData("[{}]", 400)]
    [InlineData("{}", 400)]
    public async Task Takes_an_empty_batch_and_no_malformed_one(string body, int status)
    {
        await using var gateway = await EventsFixture.StartAsync();

        (await gateway.SendAsync(TestRequests.Batch(), body)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Takes_nothing_of_a_batch_with_an_event_that_is_malformed()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");

        var answer = await gateway.SendAsync(TestRequests.Batch(), $"[{TestRequests.Structured},{TestRequests.Structured.Replace("test.event", "eventgateway.event.received")}]");

        answer.Status.ShouldBe(400);
        answer.Errors.ShouldHaveSingleItem().ShouldStartWith("[1].type: \"eventgateway.event.received\"");
        (await gateway.DrainAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"specversion":"1.0"}""")]
    [InlineData("no JSON")]
    public async Task Refuses_a_malformed_event(string body)
    {
        await using var gateway = await EventsFixture.StartAsync();

        var answer = await gateway.SendAsync(TestRequests.Event(), body);

        answer.Status.ShouldBe(400);
        answer.Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Takes_an_event_that_nobody_subscribes_to()
    {
        await using var gateway = await EventsFixture.StartAsync();

        var answer = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);

        (answer.Status, answer.Headers["event-id"].ToString()).ShouldBe((202, "7"));
    }

    [Theory]
    [InlineData(404, "No subscription to http.request takes GET /a%20b.")]
    [InlineData(202, null)]
    public async Task Answers_a_plain_request_that_nobody_subscribes_to_as_the_operator_chose(int status, string? error)
    {
        await using var gateway = await EventsFixture.StartAsync(options => options with { UnmatchedStatus = status });

        var answer = await gateway.SendAsync(TestRequests.Of("GET", "/a%20b?q"));

        answer.Status.ShouldBe(status);
        (error is null ? answer.Body : answer.Errors.Single()).ShouldBe(error ?? "");
    }

    [Fact]
    public async Task Answers_a_preflight_by_the_headers_alone()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("sync", "f", "http.request", "\"method\":\"PUT\",\"path\":\"/p\",\"cors\":{\"allowedOrigins\":[\"http://a\"],\"allowedMethods\":[\"PUT\"]}");

        var answer = await gateway.SendAsync(TestRequests.Of("OPTIONS", "/p", ("Origin", "http://a"), ("Access-Control-Request-Method", "PUT")));

        (answer.Status, answer.Body, answer.Headers.AccessControlAllowOrigin.ToString()).ShouldBe((200, "", "http://a"));
        gateway.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sends_a_raw_request_through_without_reading_it()
    {
        await using var gateway = await EventsFixture.StartAsync(options => options with { MaxEventSize = 10 }, memory: 1);
        await gateway.PlayHttpAsync("f");
        await gateway.SubscribeAsync("sync", "f", "http.request", "\"requestMode\":\"raw\"");

        (await gateway.SendAsync(TestRequests.Of(), new string('a', 1000))).Status.ShouldBe(200);

        gateway.HttpFunctions.Requests.ShouldHaveSingleItem().Body.ShouldBe(new string('a', 1000));
    }

    [Fact]
    public async Task Reads_a_raw_request_that_others_want_too()
    {
        await using var gateway = await EventsFixture.StartAsync(options => options with { MaxEventSize = 10 });
        await gateway.PlayHttpAsync("f");
        await gateway.PlayAsync("other");
        await gateway.SubscribeAsync("sync", "f", "http.request", "\"requestMode\":\"raw\"");
        await gateway.SubscribeAsync("async", "other", "http.request");

        (await gateway.SendAsync(TestRequests.Of(), "0123456789")).Status.ShouldBe(200);
        (await gateway.SendAsync(TestRequests.Of(), "0123456789a")).Status.ShouldBe(413);

        gateway.HttpFunctions.Requests.ShouldHaveSingleItem().Body.ShouldBe("0123456789");
        Text((await gateway.DrainAsync()).ShouldHaveSingleItem().Event.GetProperty("data"), "body").ShouldBe("0123456789");
    }

    [Theory]
    [InlineData("/livez", "ok\n")]
    [InlineData("/readyz", "ok\n")]
    public async Task Says_how_it_is_where_no_subscription_does(string path, string text)
    {
        await using var gateway = await EventsFixture.StartAsync();
        (await gateway.SendAsync(TestRequests.Of("GET", path))).Body.ShouldBe(text);
        await gateway.PlayAsync("f", """{"statusCode":200,"body":"mine"}""");
        await gateway.SubscribeAsync("sync", "f", "http.request", $"\"method\":\"GET\",\"path\":\"{path}\"");

        (await gateway.SendAsync(TestRequests.Of("GET", path))).Body.ShouldBe("mine");
    }

    [Fact]
    public async Task Takes_a_request_that_names_its_type_http_request_for_a_plain_one()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayHttpAsync("f");
        await gateway.SubscribeAsync("sync", "f", "http.request", "\"requestMode\":\"raw\"");

        (await gateway.SendAsync(TestRequests.Of("POST", "/?q", ("Event", "http.request")), "hello")).Status.ShouldBe(200);

        var sent = gateway.HttpFunctions.Requests.ShouldHaveSingleItem();
        (sent.Url, sent.Body).ShouldBe(("http://f.test/base/?q", "hello"));
    }

    [Fact]
    public async Task Asks_the_authorizer_about_a_raw_request()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("authorizer", """{"error":{"message":"Not you."}}""");
        await gateway.CreateTypeAsync("http.request", "authorizer");
        await gateway.PlayHttpAsync("f");
        await gateway.SubscribeAsync("sync", "f", "http.request", "\"requestMode\":\"raw\"");

        var answer = await gateway.SendAsync(TestRequests.Of("POST", "/"), "hello");

        (answer.Status, answer.Errors.Single()).ShouldBe((403, "Not you."));
        gateway.HttpFunctions.Requests.ShouldBeEmpty();
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
