using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>The event log shows each event with its deliveries.</summary>
public sealed class EventLogTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Shows_an_event_with_every_delivery_and_attempt()
    {
        var type = running.NewName() + ".event";
        var flaky = await running.SubscribeAsync(
            new FunctionAnswer { Status = 503, Body = "come back later" }, "/logged", "async", type, new JsonObject { ["backoffDelay"] = "PT0.05S" });
        var steady = await running.Gateway.SubscribeAsync(
            running.Functions, running.NewName(), new FunctionAnswer(), "/logged", "async", type, newType: false);
        var id = await running.SendEventAsync("/logged", type);
        await running.CallsAsync(flaky, 1);
        running.Functions[flaky] = new FunctionAnswer();

        JsonNode shown = new JsonObject();
        await Eventually.TrueAsync(
            async () =>
            {
                shown = await running.AskAsync("GET", $"events/{id}");
                return shown["deliveries"]!.AsArray() is { Count: 2 } deliveries
                    && deliveries.All(delivery => delivery!["state"]!.GetValue<string>() == "delivered");
            },
            "both deliveries are made");

        shown["event"]!["data"]!.ToJsonString().ShouldBe("""{"n":1.50}""");
        var attempts = AttemptsOf(shown, flaky);
        attempts.Count.ShouldBeGreaterThan(1);
        attempts[0]!["outcome"]!.GetValue<string>().ShouldBe("retryable");
        attempts[0]!["status"]!.GetValue<int>().ShouldBe(503);
        attempts[0]!["error"]!.GetValue<string>().ShouldContain("come back later");
        attempts[^1]!["outcome"]!.GetValue<string>().ShouldBe("success");
        AttemptsOf(shown, steady).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Lists_events_newest_first_and_filters_them()
    {
        var type = running.NewName() + ".event";
        await running.SubscribeAsync(new FunctionAnswer(), "/listed", "async", type);
        string[] ids = [await running.SendEventAsync("/listed", type), await running.SendEventAsync("/listed", type), await running.SendEventAsync("/listed", type)];

        var all = await running.ListAsync($"events?type={type}", "events", 3);
        Ids(all).ShouldBe(ids.Reverse());
        Ids(await running.ListAsync($"events?type={type}&source=/shop&id={ids[1]}", "events", 1)).ShouldBe([ids[1]]);
        Ids(await running.ListAsync($"events?type={type}&to={all[0]["acceptedAt"]}", "events", 2)).ShouldBe([ids[1], ids[0]]);
        Ids(await running.ListAsync($"events?type={type}&from={all[1]["acceptedAt"]}", "events", 2)).ShouldBe([ids[2], ids[1]]);
        await running.ListAsync($"events?type={type}&source=/other", "events", 0);
        var page = await running.AskAsync("GET", $"events?type={type}&limit=2");
        Ids(await running.ListAsync($"events?type={type}&limit=2&cursor={page["cursor"]}", "events", 1)).ShouldBe([ids[0]]);
        await running.AskAsync("GET", "events?from=yesterday", 400);
        await running.AskAsync("GET", "events/none", 404);
    }

    private static IEnumerable<string> Ids(IReadOnlyList<JsonNode> events) => events.Select(logged => logged["eventId"]!.GetValue<string>());

    private static JsonArray AttemptsOf(JsonNode shown, string function) =>
        shown["deliveries"]!.AsArray().Single(delivery => "/" + delivery!["functionId"] == function)!["attempts"]!.AsArray();
}
