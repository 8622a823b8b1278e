using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Events that functions answer deliveries with.</summary>
public sealed class ReplyTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task A_structured_answer_is_published()
    {
        var (asked, answered) = (running.NewName() + ".asked", running.NewName() + ".answered");
        var listener = await ListenAsync(answered);
        await ReplyAsync(asked, Structured(answered, "42"));

        await SendAsync(asked);

        var reply = (await CallOfAsync(listener)).Json;
        reply["type"]!.GetValue<string>().ShouldBe(answered);
        reply["id"]!.GetValue<string>().ShouldBe("42");
        reply["data"]!["a"]!.GetValue<int>().ShouldBe(1);
        reply["eventgatewayhops"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_binary_answer_is_published()
    {
        var (asked, answered) = (running.NewName() + ".asked", running.NewName() + ".answered");
        var listener = await ListenAsync(answered);
        await ReplyAsync(asked, new FunctionAnswer
        {
            Body = """{"a":1}""",
            Headers =
            [
                new HttpField("Content-Type", "application/json"), new HttpField("Ce-Specversion", "1.0"), new HttpField("CE-Id", "43"),
                new HttpField("ce-source", "/s"), new HttpField("ce-type", answered), new HttpField("ce-mine", "a%20b"),
            ],
        });

        await SendAsync(asked);

        var reply = (await CallOfAsync(listener)).Json;
        reply["id"]!.GetValue<string>().ShouldBe("43");
        reply["mine"]!.GetValue<string>().ShouldBe("a b");
        reply["data"]!["a"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_loop_ends()
    {
        var type = running.NewName() + ".loop";
        await CreateAsync("eventtypes", $$"""{"name":"{{type}}"}""");
        var function = await ReplyAsync(type, Structured(type, "1"));

        await SendAsync(type);

        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync("/metrics")).Text.Split('\n').Any(line =>
                line.StartsWith("eventgateway_replies_total{", StringComparison.Ordinal) && line.Contains("outcome=\"looped\"", StringComparison.Ordinal)),
            "The metrics show the loop.");
        running.Functions.Calls().Count(call => call.Path == function).ShouldBe(9);
    }

    [Theory]
    [InlineData("""{"a":1}""", "application/json")]
    [InlineData("""{"specversion":"1.0","type":"x"}""", "application/cloudevents+json")]
    [InlineData("""{"specversion":"1.0","type":"eventgateway.x","source":"/s","id":"1"}""", "application/cloudevents+json")]
    public async Task An_answer_that_is_no_event_is_taken_all_the_same(string body, string contentType)
    {
        var type = running.NewName() + ".asked";
        await CreateAsync("eventtypes", $$"""{"name":"{{type}}"}""");
        var function = await ReplyAsync(type, new FunctionAnswer { Body = body, Headers = [new HttpField("Content-Type", contentType)] });

        var id = await SendAsync(type);

        await CallOfAsync(function);
        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync($"/v1/spaces/default/events/{id}")).Text.Contains("\"delivered\"", StringComparison.Ordinal), "It is delivered.");
    }

    [Fact]
    public async Task Only_an_async_subscription_may_reply()
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
        await Eventually.TrueAsync(() => running.Functions.Calls().Any(call => call.Path == path), "The function is called.");
        return running.Functions.Calls().First(call => call.Path == path);
    }

    private async Task CreateAsync(string resources, string json)
    {
        var response = await running.Config.PostAsync($"/v1/spaces/default/{resources}", json);
        response.Status.ShouldBe(201, response.ToString());
    }
}
