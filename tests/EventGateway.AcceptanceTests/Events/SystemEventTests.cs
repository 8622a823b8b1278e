using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>System events in CloudEvents 1.0. The recorded cases of the conformance tests cover version 0.1.</summary>
public sealed class SystemEventTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task System_events_report_received_events_and_calls_of_functions_that_do_not_watch()
    {
        var watcher = "/" + running.NewName();
        running.Functions[watcher] = FunctionAnswer.Of("{}");
        await CreateAsync("functions", $$$"""{"functionId":"watcher","type":"http","provider":{"url":"{{{running.Functions.Url(watcher)}}}"}}""");
        string[] types = ["event.received", "function.invoking", "function.invoked", "function.invocationFailed"];
        foreach (var type in types)
        {
            await CreateAsync("subscriptions", $$"""{"type":"async","eventType":"eventgateway.{{type}}","functionId":"watcher"}""");
        }

        await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":200,"body":"fine"}"""), "/succeeds");
        await running.SubscribeAsync(FunctionAnswer.Of("broken") with { Status = 500 }, "/fails");
        var before = running.Functions.Count;

        (await running.Events.PostAsync("/succeeds", """{"a":1}""")).Status.ShouldBe(200);
        (await running.Events.PostAsync("/fails", """{"a":1}""")).Status.ShouldBe(502);

        await running.Functions.WaitForAsync(before + 8);
        var systemEvents = running.Functions.Calls(before).Where(call => call.Path == watcher).Select(call => call.Json).ToList();
        systemEvents.Select(e => e["type"]!.GetValue<string>()["eventgateway.".Length..]).Order().ShouldBe(
            ["event.received", "event.received", "function.invocationFailed", "function.invoked", "function.invoking", "function.invoking"]);
        foreach (var e in systemEvents)
        {
            e["source"]!.GetValue<string>().ShouldBe("/event-gateway");
            e["data"]!["event"]!["type"]!.GetValue<string>().ShouldBe("http.request");
            e["data"]!["event"]!["specversion"]!.GetValue<string>().ShouldBe("1.0");
        }

        var received = systemEvents.First(e => e["type"]!.GetValue<string>().EndsWith("received", StringComparison.Ordinal));
        received["data"]!["headers"]!["Content-Type"]!.GetValue<string>().ShouldBe("application/json");
        var invoked = systemEvents.Single(e => e["type"]!.GetValue<string>().EndsWith("invoked", StringComparison.Ordinal));
        Convert.FromBase64String(invoked["data"]!["result"]!.GetValue<string>()).ShouldBe("""{"statusCode":200,"body":"fine"}"""u8.ToArray());
        var failed = systemEvents.Single(e => e["type"]!.GetValue<string>().EndsWith("Failed", StringComparison.Ordinal));
        failed["data"]!["error"]!["status"]!.GetValue<int>().ShouldBe(500);

        // No system event reports the calls of the watcher itself, not even a late one.
        await Task.WhenAll(types.Select(_ => running.Events.PostAsync("/succeeds", "{}")));
        await running.Functions.WaitForAsync(before + 8 + (4 * types.Length));
        await WaitUntilIdleAsync();
        running.Functions.Count.ShouldBe(before + 8 + (4 * types.Length));
        running.Functions.Calls(before).Count(call => call.Text.Contains("watcher", StringComparison.Ordinal)).ShouldBe(0);
    }

    [Fact]
    public async Task A_report_about_an_async_delivery_has_the_function_s_answer()
    {
        var (watcher, type) = ("/" + running.NewName(), running.NewName());
        running.Functions[watcher] = FunctionAnswer.Of("{}");
        var (small, large) = ("/" + running.NewName(), "/" + running.NewName());
        running.Functions[small] = FunctionAnswer.Of("thanks");
        running.Functions[large] = FunctionAnswer.Of(new string('x', 300_000));
        await CreateAsync("eventtypes", $$"""{"name":"{{type}}"}""", "reports");
        foreach (var path in new[] { watcher, small, large })
        {
            await CreateAsync("functions", $$$"""{"functionId":"{{{path[1..]}}}","type":"http","provider":{"url":"{{{running.Functions.Url(path)}}}"}}""", "reports");
        }

        await CreateAsync("subscriptions", $$"""{"type":"async","eventType":"eventgateway.function.invoked","functionId":"{{watcher[1..]}}"}""", "reports");
        foreach (var path in new[] { small, large })
        {
            await CreateAsync("subscriptions", $$"""{"type":"async","eventType":"{{type}}","functionId":"{{path[1..]}}","path":"{{path}}"}""", "reports");
            (await running.Events.SendAsync(new RawRequest("POST", path) { Headers = [new HttpField("Event", type)], Body = "hello"u8.ToArray() })).Status.ShouldBe(202);
        }

        string[] Results() => [.. running.Functions.Calls(0).Where(call => call.Path == watcher).Select(call =>
            call.Json["data"]!["result"]?.GetValue<string>() ?? $"{call.Json["data"]!["resultBytes"]}").Order(StringComparer.Ordinal)];
        await Eventually.TrueAsync(() => Results().Length == 2, "both calls are reported");
        Results().ShouldBe(["300000", Convert.ToBase64String("thanks"u8)]);
    }

    // Waits until no delivery is left. A call's system events are stored before the call counts as delivered.
    private async Task WaitUntilIdleAsync()
    {
        var idle = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                var calls = running.Functions.Count;
                var backlog = (await running.Config.GetAsync("/metrics")).Text.Split('\n').Single(line => line.StartsWith("eventgateway_events_backlog{", StringComparison.Ordinal));
                idle = backlog.EndsWith(" 0", StringComparison.Ordinal) && calls == running.Functions.Count ? idle + 1 : 0;
                // The metrics may be older than one check, so several checks must agree.
                return idle == 40;
            },
            "nothing is left to deliver");
    }

    private async Task CreateAsync(string resources, string json, string space = "default") =>
        (await running.Config.PostAsync($"/v1/spaces/{space}/{resources}", json)).Status.ShouldBe(201);
}
