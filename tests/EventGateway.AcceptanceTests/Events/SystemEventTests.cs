using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>What the gateway tells of itself, in the current version of CloudEvents; 0.1 is among the recorded cases.</summary>
public sealed class SystemEventTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Tells_of_an_event_and_of_the_calls_that_it_led_to_and_of_nothing_else()
    {
        var watcher = "/" + running.NewName();
        running.Functions[watcher] = FunctionAnswer.Of("{}");
        await CreateAsync("functions", $$$"""{"functionId":"watcher","type":"http","provider":{"url":"{{{running.Functions.Url(watcher)}}}"}}""");
        string[] types = ["event.received", "function.invoking", "function.invoked", "function.invocationFailed"];
        foreach (var type in types)
        {
            await CreateAsync("subscriptions", $$"""{"type":"async","eventType":"eventgateway.{{type}}","functionId":"watcher"}""");
        }

        await running.SubscribeAsync(FunctionAnswer.Of("""{"body":"fine"}"""), "/well");
        await running.SubscribeAsync(FunctionAnswer.Of("broken") with { Status = 500 }, "/ill");
        var before = running.Functions.Count;

        (await running.Events.PostAsync("/well", """{"a":1}""")).Status.ShouldBe(200);
        (await running.Events.PostAsync("/ill", """{"a":1}""")).Status.ShouldBe(500);

        await running.Functions.WaitForAsync(before + 8);
        var told = running.Functions.Calls(before).Where(call => call.Path == watcher).Select(call => call.Json).ToList();
        told.Select(e => e["type"]!.GetValue<string>()["eventgateway.".Length..]).Order().ShouldBe(
            ["event.received", "event.received", "function.invocationFailed", "function.invoked", "function.invoking", "function.invoking"]);
        foreach (var e in told)
        {
            e["source"]!.GetValue<string>().ShouldBe("/event-gateway");
            e["data"]!["event"]!["type"]!.GetValue<string>().ShouldBe("http.request");
            e["data"]!["event"]!["specversion"]!.GetValue<string>().ShouldBe("1.0");
        }

        var received = told.First(e => e["type"]!.GetValue<string>().EndsWith("received", StringComparison.Ordinal));
        received["data"]!["headers"]!["Content-Type"]!.GetValue<string>().ShouldBe("application/json");
        var invoked = told.Single(e => e["type"]!.GetValue<string>().EndsWith("invoked", StringComparison.Ordinal));
        Convert.FromBase64String(invoked["data"]!["result"]!.GetValue<string>()).ShouldBe("""{"body":"fine"}"""u8.ToArray());
        var failed = told.Single(e => e["type"]!.GetValue<string>().EndsWith("Failed", StringComparison.Ordinal));
        failed["data"]!["error"]!["status"]!.GetValue<int>().ShouldBe(500);

        // No event tells of the calls of the watcher itself: not even one that would come late.
        await Task.WhenAll(types.Select(_ => running.Events.PostAsync("/well", "{}")));
        await running.Functions.WaitForAsync(before + 8 + (4 * types.Length));
        await QuietAsync();
        running.Functions.Count.ShouldBe(before + 8 + (4 * types.Length));
        running.Functions.Calls(before).Count(call => call.Text.Contains("watcher", StringComparison.Ordinal)).ShouldBe(0);
    }

    // Every delivery is made, and none has come of it: what a call tells of is stored before the call counts as made.
    private async Task QuietAsync()
    {
        var quiet = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                var calls = running.Functions.Count;
                var backlog = (await running.Config.GetAsync("/metrics")).Text.Split('\n').Single(line => line.StartsWith("eventgateway_events_backlog{", StringComparison.Ordinal));
                quiet = backlog.EndsWith(" 0", StringComparison.Ordinal) && calls == running.Functions.Count ? quiet + 1 : 0;
                // For longer than the metrics may be behind.
                return quiet == 40;
            },
            "nothing is left to deliver");
    }

    private async Task CreateAsync(string resources, string json) =>
        (await running.Config.PostAsync($"/v1/spaces/default/{resources}", json)).Status.ShouldBe(201);
}
