using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

/// <summary>A sync subscription to GET answers HEAD.</summary>
public sealed class HeadTests
{
    private const string Get = "\"method\":\"GET\",\"path\":\"/users/:id\"";

    [Fact]
    public async Task Answers_HEAD_as_GET_without_the_body()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f", """{"statusCode":201,"headers":{"x":"y"},"body":"hello"}""");
        await gateway.SubscribeAsync("sync", "f", "http.request", Get);

        var answer = await gateway.SendAsync(TestRequests.Of("HEAD", "/users/5"));

        (answer.Status, answer.Headers["x"].ToString(), answer.Headers.ContentLength, answer.Body).ShouldBe((201, "y", 5, ""));
        var data = gateway.Calls.ShouldHaveSingleItem().Event.GetProperty("data");
        (data.GetProperty("method").GetString(), data.GetProperty("params").GetProperty("id").GetString()).ShouldBe(("HEAD", "5"));
    }

    [Fact]
    public async Task Forwards_HEAD_to_a_plain_HTTP_service()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayHttpAsync("f");
        await gateway.SubscribeAsync("sync", "f", "http.request", Get + ",\"requestMode\":\"raw\"");

        await gateway.SendAsync(TestRequests.Of("HEAD", "/users/5"));

        gateway.HttpFunctions.Requests.ShouldHaveSingleItem().Method.ShouldBe("HEAD");
    }

    [Fact]
    public async Task Prefers_a_subscription_to_HEAD_even_a_disabled_one()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("get", "{}");
        await gateway.PlayAsync("head", """{"statusCode":204}""");
        await gateway.SubscribeAsync("sync", "get", "http.request", "\"method\":\"GET\",\"path\":\"/*rest\"");
        await gateway.SubscribeAsync("sync", "head", "http.request", "\"method\":\"HEAD\",\"path\":\"/a\"");
        await gateway.SubscribeAsync("sync", "head", "http.request", "\"method\":\"HEAD\",\"path\":\"/b\",\"enabled\":false");

        (await gateway.SendAsync(TestRequests.Of("HEAD", "/a"))).Status.ShouldBe(204);
        (await gateway.SendAsync(TestRequests.Of("HEAD", "/b"))).Status.ShouldBe(405);
        (await gateway.SendAsync(TestRequests.Of("HEAD", "/c"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Delivers_HEAD_to_its_async_subscriptions_and_not_to_those_of_GET()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("sync", "{}");
        await gateway.PlayAsync("head");
        await gateway.PlayAsync("get");
        await gateway.SubscribeAsync("sync", "sync", "http.request", "\"method\":\"GET\",\"path\":\"/a\"");
        await gateway.SubscribeAsync("async", "head", "http.request", "\"method\":\"HEAD\",\"path\":\"/a\"");
        await gateway.SubscribeAsync("async", "get", "http.request", "\"method\":\"GET\",\"path\":\"/a\"");

        (await gateway.SendAsync(TestRequests.Of("HEAD", "/a"))).Status.ShouldBe(200);

        (await gateway.DrainAsync()).Select(static call => call.FunctionId).Order().ShouldBe(["head", "sync"]);
    }

    [Fact]
    public async Task Applies_the_CORS_settings_of_the_space_that_answers()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "http.request", Get + ",\"cors\":{\"allowedOrigins\":[\"http://a\"],\"allowedMethods\":[\"GET\"]}");
        await Engine.Registry.RegistryFixture.CreateAsync(
            gateway.Registry.Cors, """{"method":"HEAD","path":"/users/:id","allowedOrigins":["http://b"]}""", "another");

        var answer = await gateway.SendAsync(TestRequests.Of("HEAD", "/users/5", ("Origin", "http://a")));
        var foreign = await gateway.SendAsync(TestRequests.Of("HEAD", "/users/5", ("Origin", "http://b")));
        var preflight = await gateway.SendAsync(
            TestRequests.Of("OPTIONS", "/users/5", ("Origin", "http://a"), ("Access-Control-Request-Method", "HEAD"), ("Access-Control-Request-Headers", "accept")));

        answer.Headers.AccessControlAllowOrigin.ToString().ShouldBe("http://a");
        foreign.Headers.ContainsKey("Access-Control-Allow-Origin").ShouldBeFalse();
        (preflight.Status, preflight.Headers.AccessControlAllowOrigin.ToString()).ShouldBe((200, "http://a"));
    }

    [Fact]
    public async Task Says_which_methods_a_known_path_has()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "http.request", Get);
        await gateway.SubscribeAsync("async", "f", "http.request", "\"method\":\"PATCH\",\"path\":\"/users/5\"");
        await gateway.SubscribeAsync("async", "f", "http.request", "\"method\":\"GET\",\"path\":\"/async\"");
        await gateway.SubscribeAsync("sync", "f", "http.request", "\"method\":\"PUT\",\"path\":\"/users/5\",\"enabled\":false");

        var known = await gateway.SendAsync(TestRequests.Of("DELETE", "/users/5"));
        var noHead = await gateway.SendAsync(TestRequests.Of("HEAD", "/async"));
        var unknown = await gateway.SendAsync(TestRequests.Of("DELETE", "/users"));

        (known.Status, known.Headers.Allow.ToString()).ShouldBe((405, "GET, HEAD, PATCH"));
        known.Errors.Single().ShouldBe("No subscription to http.request takes DELETE /users/5; it is known with GET, HEAD, PATCH.");
        (noHead.Status, noHead.Headers.Allow.ToString()).ShouldBe((405, "GET"));
        (unknown.Status, unknown.Headers.ContainsKey("Allow")).ShouldBe((404, false));
    }

    [Fact]
    public async Task Answers_as_before_where_the_operator_chose_so()
    {
        await using var gateway = await EventsFixture.StartAsync(static options => options with { UnmatchedStatus = 202, AnswersHead = false });
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "http.request", Get);

        foreach (var method in (string[])["HEAD", "DELETE"])
        {
            var answer = await gateway.SendAsync(TestRequests.Of(method, "/users/5"));
            (answer.Status, answer.Headers.ContainsKey("Allow")).ShouldBe((202, false));
        }

        gateway.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Accepts_an_event_for_a_known_path_with_another_method()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", more: "\"method\":\"PUT\"");

        var answer = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);

        (answer.Status, answer.Headers["event-subscriptions"].ToString()).ShouldBe((202, "0"));
        gateway.UnmatchedLog.Entries.Single().Text.ShouldStartWith("test.event: no subscription on POST /; there is one with PUT.");
    }
}
