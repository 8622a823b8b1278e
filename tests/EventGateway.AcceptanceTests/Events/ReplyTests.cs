using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Functions reply to deliveries with events.</summary>
public sealed class ReplyTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Publishes_a_structured_reply()
    {
        var (type, replyType) = (running.NewName() + ".asked", running.NewName() + ".answered");
        var listener = await ListenAsync(replyType);
        await ReplyAsync(type, Structured(replyType, "42"));

        await SendAsync(type);

        var reply = (await CallOfAsync(listener)).Json;
        reply["type"]!.GetValue<string>().ShouldBe(replyType);
        reply["id"]!.GetValue<string>().ShouldBe("42");
        reply["data"]!["a"]!.GetValue<int>().ShouldBe(1);
        reply["eventgatewayhops"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Publishes_a_binary_reply()
    {
        var (type, replyType) = (running.NewName() + ".asked", running.NewName() + ".answered");
        var listener = await ListenAsync(replyType);
        await ReplyAsync(type, new FunctionAnswer
        {
            Body = """{"a":1}""",
            Headers =
            [
                new HttpField("Content-Type", "application/json"), new HttpField("Ce-Specversion", "1.0"), new HttpField("CE-Id", "43"),
                new HttpField("ce-source", "/s"), new HttpField("ce-type", replyType), new HttpField("ce-mine", "a%20b"),
            ],
        });

        await SendAsync(type);

        var reply = (await CallOfAsync(listener)).Json;
        reply["id"]!.GetValue<string>().ShouldBe("43");
        reply["mine"]!.GetValue<string>().ShouldBe("a b");
        reply["data"]!["a"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_loop_of_replies_ends()
    {
        var type = running.NewName() + ".loop";
        await CreateAsync("eventtypes", $$"""{"name":"{{type}}"}""");
        var function = await ReplyAsync(type, Structured(type, "1"));

        await SendAsync(type);

        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync("/metrics")).Text.Split('\n').Any(line =>
                line.StartsWith("eventgateway_replies_total{", StringComparison.Ordinal) && line.Contains("outcome=\"looped\"", StringComparison.Ordinal)),
            "the metrics show the loop");
        running.Functions.Calls().Count(call => call.Path == function).ShouldBe(9);
    }

    [Theory]
    [InlineData("""{"a":1}""", "application/json")]
    [InlineData("""{"specversion":"1.0","type":"x"}""", "application/cloudevents+json")]
    [InlineData("""{"specversion":"1.0","type":"eventgateway.x","source":"/s","id":"1"}""", "application/cloudevents+json")]
    public async Task An_answer_that_is_not_an_event_does_not_fail_the_delivery(string body, string contentType)
    {
        var type = running.NewName() + ".asked";
        await CreateAsync("eventtypes", $$"""{"name":"{{type}}"}""");
        var function = await ReplyAsync(type, new FunctionAnswer { Body = body, Headers = [new HttpField("Content-Type", contentType)] });

        var id = await SendAsync(type);

        await CallOfAsync(function);
        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync($"/v1/spaces/default/events/{id}")).Text.Contains("\"delivered\"", StringComparison.Ordinal), "the event is delivered");
    }

    [Fact]
    public async Task Refuses_a_sync_subscription_with_replies()
    {
        await running.Config.PostAsync("/v1/spaces/default/functions", """{"functionId":"echo","type":"builtin","provider":{"name":"echo"}}""");

        var response = await running.Config.PostAsync(
            "/v1/spaces/default/subscriptions", """{"type":"sync","eventType":"http.request","functionId":"echo","path":"/reply","reply":true}""");

        response.Status.ShouldBe(400);
        response.Errors.ShouldHaveSingleItem().ShouldContain("reply");
    }

    private static FunctionAnswer Structured(string type, string id) => new()
    {
        Body = $$$"""{"specversion":"1.0","type":"{{{type}}}","source":"/s","id":"{{{id}}}","data":{"a":1}}""",
        Headers = [new HttpField("Content-Type", "application/cloudevents+json; charset=utf-8")],
    };

    private Task<string> ListenAsync(string type) => running.SubscribeAsync(FunctionAnswer.Of("{}"), "/", "async", type);

    private async Task<string> ReplyAsync(string type, FunctionAnswer answer)
    {
        var name = running.NewName();
        running.Functions["/" + name] = answer;
        await running.Config.PostAsync("/v1/spaces/default/eventtypes", $$"""{"name":"{{type}}"}""");
        await CreateAsync("functions", $$$"""{"functionId":"{{{name}}}","type":"http","provider":{"url":"{{{running.Functions.Url("/" + name)}}}"}}""");
        await CreateAsync("subscriptions", $$"""{"type":"async","eventType":"{{type}}","functionId":"{{name}}","reply":true}""");
        return "/" + name;
    }

    private async Task<string> SendAsync(string type)
    {
        var response = await running.Events.SendAsync(new RawRequest("POST", "/") { Headers = [new HttpField("Event", type)] });
        response.Status.ShouldBe(202, response.ToString());
        return response.Header("event-id")!;
    }

    private async Task<FunctionCall> CallOfAsync(string path)
    {
        await Eventually.TrueAsync(() => running.Functions.Calls().Any(call => call.Path == path), "the function is called");
        return running.Functions.Calls().First(call => call.Path == path);
    }

    private async Task CreateAsync(string resources, string json)
    {
        var response = await running.Config.PostAsync($"/v1/spaces/default/{resources}", json);
        response.Status.ShouldBe(201, response.ToString());
    }
}
