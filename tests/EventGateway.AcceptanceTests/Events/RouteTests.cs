using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Routes behave as those of other HTTP servers.</summary>
public sealed class RouteTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Subscriptions = "/v1/spaces/default/subscriptions";

    [Theory]
    [InlineData(null)]
    [InlineData("raw")]
    public async Task A_subscription_to_GET_answers_HEAD_with_the_length_of_the_body(string? requestMode)
    {
        var path = "/" + running.NewName();
        await SubscribeAsync(
            running.Gateway, path, requestMode is null ? FunctionAnswer.Of("""{"statusCode":200,"headers":{"x-a":"b"},"body":"12345"}""") : FunctionAnswer.Of("12345"),
            requestMode);

        var head = await running.Events.SendAsync(new RawRequest("HEAD", path));
        var get = await running.Events.GetAsync(path);

        (head.Status, head.Header("content-length"), head.Text).ShouldBe((200, "5", ""), head.ToString());
        (get.Status, get.Header("content-length"), get.Text).ShouldBe((200, "5", "12345"), get.ToString());
    }

    [Fact]
    public async Task A_known_path_answers_other_methods_with_those_that_it_has()
    {
        var path = "/" + running.NewName();
        await SubscribeAsync(running.Gateway, path, FunctionAnswer.Of("{}"));

        var known = await running.Events.SendAsync(new RawRequest("DELETE", path));
        var unknown = await running.Events.SendAsync(new RawRequest("DELETE", path + "/x"));

        (known.Status, known.Header("allow")).ShouldBe((405, "GET, HEAD"), known.ToString());
        known.Errors.ShouldBe([$"No subscription to http.request takes DELETE {path}; it is known with GET, HEAD."]);
        (unknown.Status, unknown.Header("allow")).ShouldBe((404, null), unknown.ToString());
    }

    [Theory]
    [InlineData("subscriptions", """{"type":"sync","eventType":"http.request","functionId":"f","path":"/users/{id}"}""", "/users/:id")]
    [InlineData("subscriptions", """{"type":"async","eventType":"http.request","functionId":"f","path":"/users/:id"}""", "compared literally")]
    [InlineData("cors", """{"method":"GET","path":"/a/*"}""", "/a/*name")]
    public async Task A_path_that_no_request_matches_is_refused_with_what_was_meant(string resources, string resource, string hint)
    {
        var refused = await running.Config.PostAsync($"/v1/spaces/default/{resources}", resource);

        refused.Status.ShouldBe(400, refused.ToString());
        refused.Errors.ShouldHaveSingleItem().ShouldContain(hint);
    }

    [Fact]
    public async Task Paths_and_methods_are_those_of_0_9_with_compat()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--compat", "0.9");
        await gateway.Config.PostAsync("/v1/spaces/default/functions", """{"functionId":"f","type":"builtin","provider":{"name":"echo"}}""");
        await gateway.Config.PostAsync("/v1/spaces/default/eventtypes", """{"name":"http.request"}""");
        string[] accepted =
        [
            """{"type":"sync","eventType":"http.request","functionId":"f","path":"/users/{id}","method":"GET"}""",
            """{"type":"async","eventType":"http.request","functionId":"f","path":"/users/:id"}""",
        ];
        foreach (var subscription in accepted)
        {
            var created = await gateway.Config.PostAsync(Subscriptions, subscription);
            created.Status.ShouldBe(201, created.ToString());
        }

        (await gateway.Events.SendAsync(new RawRequest("HEAD", "/users/{id}"))).Status.ShouldBe(202);
        var other = await gateway.Events.SendAsync(new RawRequest("DELETE", "/users/{id}"));
        (other.Status, other.Header("allow")).ShouldBe((202, null));
    }

    private async Task SubscribeAsync(GatewayProcess gateway, string path, FunctionAnswer answer, string? requestMode = null)
    {
        var name = running.NewName();
        running.Functions["/" + name] = answer;
        running.Functions["/" + name + path] = answer;
        await gateway.Config.PostAsync("/v1/spaces/default/functions", new JsonObject
        {
            ["functionId"] = name,
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = running.Functions.Url("/" + name) },
        }.ToJsonString());
        var subscription = new JsonObject { ["type"] = "sync", ["eventType"] = "http.request", ["functionId"] = name, ["path"] = path, ["method"] = "GET" };
        if (requestMode is not null)
        {
            subscription["requestMode"] = requestMode;
        }

        (await gateway.Config.PostAsync(Subscriptions, subscription.ToJsonString())).Status.ShouldBe(201);
    }
}
