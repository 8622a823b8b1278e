using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.ConfigApi;

/// <summary>Event types have the names that their senders use.</summary>
public sealed class EventTypeNameTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("repo:push")]
    [InlineData("orders/create")]
    [InlineData("ObjectCreated:Put")]
    [InlineData("a+b@c//d")]
    public async Task Delivers_and_finds_events_of_the_type(string name)
    {
        var path = "/" + running.NewName();
        var url = $"/v1/spaces/default/eventtypes/{Uri.EscapeDataString(name)}";
        await running.SubscribeAsync(FunctionAnswer.Of("{}"), path, type: "async", eventType: name);
        var before = running.Functions.Calls().Count;

        var sent = await running.Events.SendAsync(RawRequest.With("POST", path, "application/json", "{}", new HttpField("Event", name)));

        sent.Status.ShouldBe(202, sent.ToString());
        (await running.Functions.WaitForAsync(before + 1, Timeout)).ShouldBeTrue();
        running.Functions.Calls(before)[0].Json["type"]!.GetValue<string>().ShouldBe(name);
        var log = await running.Config.GetAsync($"/v1/spaces/default/events?type={Uri.EscapeDataString(name)}");
        log.Json["events"]!.AsArray().ShouldHaveSingleItem()!["eventType"]!.GetValue<string>().ShouldBe(name);
        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync("/metrics")).Text.Contains($"type=\"{name}\"", StringComparison.Ordinal), "the type is a label of a metric");

        var read = await running.Config.GetAsync(url);
        read.Json["name"]!.GetValue<string>().ShouldBe(name);
        (await running.Config.SendAsync(RawRequest.With("PUT", url, "application/json", read.Text, new HttpField("If-Match", read.Header("etag")!)))).Status.ShouldBe(200);
        (await running.Config.SendAsync(RawRequest.Json("PATCH", url, """{"metadata":{"team":"red"}}"""))).Status.ShouldBe(200);
        (await running.Config.SendAsync(new RawRequest("DELETE", url))).Errors.ShouldBe(["Event type cannot be deleted because there are subscriptions using it."]);
    }

    [Theory]
    [InlineData("one%2Ftwo", 200)]
    [InlineData("one%2ftwo", 200)]
    [InlineData("one%252Ftwo", 404)]
    [InlineData("one/two", 404)]
    public async Task Decodes_a_name_in_a_url_once(string spelling, int status)
    {
        await running.Config.SendAsync(RawRequest.With("PUT", "/v1/spaces/default/eventtypes/one%2Ftwo", "application/json", "{}", new HttpField("If-None-Match", "*")));

        (await running.Config.GetAsync($"/v1/spaces/default/eventtypes/{spelling}")).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("a%b")]
    [InlineData("é")]
    public async Task Refuses_other_names(string name) =>
        (await running.Config.PostAsync("/v1/spaces/default/eventtypes", $$"""{"name":"{{name}}"}""")).Errors.ShouldBe(
            [$"Event Type doesn't validate. Validation error: name: \"{name}\"; letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted."]);
}
