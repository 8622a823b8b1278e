using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The authorizer of an event type decides whether its events are delivered.</summary>
public sealed class AuthorizerTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Allowed = """{"authorization":{"principalId":"user1","context":{"role":"admin"}}}""";

    [Fact]
    public async Task An_allowed_event_contains_the_authorization()
    {
        var type = await ProtectAsync(FunctionAnswer.Of(Allowed));
        var function = await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":200,"body":"done"}"""), "/a-" + type, eventType: type, newType: false);

        var response = await SendAsync("/a-" + type + "?x=1", type, new HttpField("X-Token", "t"));

        response.Status.ShouldBe(200, response.ToString());
        var authorizationRequest = CallsOf(type).ShouldHaveSingleItem().Json;
        authorizationRequest["event"]!["type"]!.GetValue<string>().ShouldBe(type);
        authorizationRequest["request"]!["method"]!.GetValue<string>().ShouldBe("POST");
        authorizationRequest["request"]!["path"]!.GetValue<string>().ShouldBe("/a-" + type);
        authorizationRequest["request"]!["query"]!["x"]![0]!.GetValue<string>().ShouldBe("1");
        authorizationRequest["request"]!["headers"]!["X-Token"]!.GetValue<string>().ShouldBe("t");
        var delivered = JsonNode.Parse(running.Functions.Calls().Last(call => call.Path == function).Text)!;
        var authorization = JsonNode.Parse(delivered["eventgatewayauthorization"]!.GetValue<string>())!;
        authorization["principalId"]!.GetValue<string>().ShouldBe("user1");
        authorization["context"]!["role"]!.GetValue<string>().ShouldBe("admin");
    }

    [Theory]
    [InlineData("""{"error":{"message":"no, thank you"}}""", 200, "no, thank you")]
    [InlineData("""{"authorization":{"principalId":"u"},"error":{"message":"no"}}""", 200, "no")]
    [InlineData("""{"error":{}}""", 200, "The event is not authorized.")]
    [InlineData("{}", 200, "The event is not authorized.")]
    [InlineData("null", 200, "The event is not authorized.")]
    [InlineData("not JSON", 200, "The event is not authorized.")]
    [InlineData("""{"authorization":{"principalId":"u","context":{"n":1}}}""", 200, "The event is not authorized.")]
    [InlineData(Allowed, 500, "The event is not authorized.")]
    public async Task A_refused_event_reaches_no_function_and_its_sender_gets_403(string answer, int status, string message)
    {
        var type = await ProtectAsync(FunctionAnswer.Of(answer) with { Status = status });
        var sync = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/r-" + type, eventType: type, newType: false);
        var both = await SubscribeAgainAsync(type, "/r-" + type);
        var only = await SubscribeAgainAsync(type, "/only-" + type);

        foreach (var path in new[] { "/r-" + type, "/only-" + type })
        {
            var response = await SendAsync(path, type);

            response.Status.ShouldBe(403, response.ToString());
            response.Errors.ShouldBe([message]);
        }

        CallsOf(type).Count.ShouldBe(2);
        running.Functions.Calls().ShouldNotContain(call => call.Path == sync || call.Path == both || call.Path == only);
    }

    [Fact]
    public async Task An_authorizer_is_called_once_for_all_subscribers()
    {
        var type = await ProtectAsync(FunctionAnswer.Of(Allowed));
        await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/m-" + type, eventType: type, newType: false);
        string[] functions = [await SubscribeAgainAsync(type, "/m-" + type), await SubscribeAgainAsync(type, "/m-" + type)];

        (await SendAsync("/m-" + type, type)).Status.ShouldBe(200);

        foreach (var function in functions)
        {
            await Eventually.TrueAsync(
                () => running.Functions.Calls().Any(call => call.Path == function && call.Text.Contains("user1", StringComparison.Ordinal)),
                "every subscriber has received the event with its authorization");
        }

        CallsOf(type).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_with_cacheFor_is_cached_for_requests_with_the_same_headers()
    {
        var type = await ProtectAsync(FunctionAnswer.Of(Allowed.Replace("{\"authorization\"", "{\"cacheFor\":\"PT1H\",\"authorization\"", StringComparison.Ordinal)));
        await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/c-" + type, eventType: type, newType: false);

        foreach (var token in new[] { "one", "one", "two", "one" })
        {
            (await SendAsync("/c-" + type, type, new HttpField("Authorization", token))).Status.ShouldBe(200);
        }

        CallsOf(type).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Removes_an_authorization_that_the_sender_set()
    {
        var type = running.NewName() + ".open";
        var function = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/o-" + type, eventType: type);

        var response = await running.Events.SendAsync(new RawRequest("POST", "/o-" + type)
        {
            Headers = [new HttpField("Content-Type", "application/cloudevents+json")],
            Body = Encoding.UTF8.GetBytes(
                $$"""{"specversion":"1.0","type":"{{type}}","source":"/s","id":"1","mine":"x","eventgatewayauthorization":"{\"principalId\":\"root\"}"}"""),
        });

        response.Status.ShouldBe(200, response.ToString());
        var body = running.Functions.Calls().Last(call => call.Path == function).Text;
        body.ShouldContain("\"mine\":\"x\"");
        body.ShouldNotContain("root");
    }

    [Fact]
    public async Task Each_space_authorizes_raw_requests_with_its_own_authorizer()
    {
        var name = running.NewName();
        var (guard, service, open) = ("/" + name + "-guard", "/" + name + "-service", "/" + name + "-open");
        running.Functions[guard] = FunctionAnswer.Of("""{"error":{"message":"no"}}""");
        running.Functions[service + "/" + name] = FunctionAnswer.Of("served");
        running.Functions[open] = FunctionAnswer.Of("{}");
        await CreateAsync("functions", Http("guard", guard), "guarded");
        await CreateAsync("functions", Http("service", service), "guarded");
        await CreateAsync("functions", Http("open", open), "unguarded");
        await CreateAsync("eventtypes", """{"name":"http.request","authorizerId":"guard"}""", "guarded");
        await CreateAsync(
            "subscriptions", $$"""{"type":"sync","eventType":"http.request","functionId":"service","path":"/{{name}}","requestMode":"raw"}""", "guarded");

        (await running.Events.PostAsync("/" + name, "{}")).Status.ShouldBe(403);
        await CreateAsync("subscriptions", $$"""{"type":"async","eventType":"http.request","functionId":"open","path":"/{{name}}"}""", "unguarded");
        (await running.Events.PostAsync("/" + name, "{}")).Status.ShouldBe(403);
        await Eventually.TrueAsync(() => running.Functions.Calls().Any(call => call.Path == open), "the other space has received the event");
        running.Functions.Calls().ShouldNotContain(call => call.Path.StartsWith(service, StringComparison.Ordinal));

        running.Functions[guard] = FunctionAnswer.Of(Allowed);
        (await running.Events.PostAsync("/" + name, "{}")).Text.ShouldBe("served");
        running.Functions.Calls().Where(call => call.Path == open).ShouldAllBe(call => !call.Text.Contains("user1", StringComparison.Ordinal));

        string Http(string id, string path) => $$$"""{"functionId":"{{{id}}}","type":"http","provider":{"url":"{{{running.Functions.Url(path)}}}"}}""";
    }

    [Fact]
    public async Task A_batch_with_a_refused_event_reaches_no_function()
    {
        var refused = await ProtectAsync(FunctionAnswer.Of("""{"error":{"message":"no"}}"""));
        var open = running.NewName() + ".open";
        var listener = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/b-" + open, "async", open);
        await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/b-" + open, "async", refused, newType: false);

        var response = await running.Events.SendAsync(new RawRequest("POST", "/b-" + open)
        {
            Headers = [new HttpField("Content-Type", "application/cloudevents-batch+json")],
            Body = Encoding.UTF8.GetBytes($$"""[{{Event(open)}},{{Event(refused)}}]"""),
        });

        response.Status.ShouldBe(403, response.ToString());
        response.Errors.ShouldBe(["[1]: no"]);
        (await running.Events.SendAsync(new RawRequest("POST", "/b-" + open) { Headers = [new HttpField("Event", open)] })).Status.ShouldBe(202);
        await Eventually.TrueAsync(() => running.Functions.Calls().Any(call => call.Path == listener), "a later event is delivered");
        running.Functions.Calls().ShouldNotContain(call => call.Path == listener && call.Text.Contains("batched", StringComparison.Ordinal));

        static string Event(string type) => $$"""{"specversion":"1.0","type":"{{type}}","source":"/s","id":"batched"}""";
    }

    private async Task<string> ProtectAsync(FunctionAnswer answer)
    {
        var type = running.NewName() + ".protected";
        running.Functions["/" + type + "-authorizer"] = answer;
        await CreateAsync("functions", $$$"""{"functionId":"{{{type}}}","type":"http","provider":{"url":"{{{running.Functions.Url("/" + type + "-authorizer")}}}"}}""");
        await CreateAsync("eventtypes", $$"""{"name":"{{type}}","authorizerId":"{{type}}"}""");
        return type;
    }

    private async Task CreateAsync(string resources, string json, string space = "default") =>
        (await running.Config.PostAsync($"/v1/spaces/{space}/{resources}", json)).Status.ShouldBe(201);

    private Task<string> SubscribeAgainAsync(string type, string path) =>
        running.Gateway.SubscribeAsync(running.Functions, running.NewName(), FunctionAnswer.Of("{}"), path, "async", type, newType: false);

    private Task<RawResponse> SendAsync(string path, string type, params HttpField[] headers) =>
        running.Events.SendAsync(new RawRequest("POST", path) { Headers = [new HttpField("Event", type), .. headers] });

    private List<FunctionCall> CallsOf(string type) =>
        [.. running.Functions.Calls().Where(call => call.Path == "/" + type + "-authorizer")];
}
