using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Deliveries that failed for good are kept as dead letters.</summary>
public sealed class DeadLetterTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly FunctionAnswer Refusal = new() { Status = 400, Body = "no such user" };

    [Fact]
    public async Task A_dead_letter_can_be_listed_read_and_redelivered()
    {
        var (function, type) = await SubscribeAsync("/dead/one");
        var eventId = await running.SendEventAsync("/dead/one", type);

        var letter = (await running.ListAsync($"deadletters?eventType={type}", "deadLetters", 1))[0];
        letter["space"]!.GetValue<string>().ShouldBe("default");
        letter["subscriptionId"]!.GetValue<string>().ShouldBe(await running.SubscriptionOfAsync(function));
        letter["functionId"]!.GetValue<string>().ShouldBe(function[1..]);
        letter["eventId"]!.GetValue<string>().ShouldBe(eventId);
        letter["attempts"]!.GetValue<int>().ShouldBe(1);
        letter["status"]!.GetValue<int>().ShouldBe(400);
        letter["reason"]!.GetValue<string>().ShouldContain("400");
        letter["error"]!.GetValue<string>().ShouldContain("no such user");
        letter["event"].ShouldBeNull();

        var path = $"deadletters/{letter["deadLetterId"]}";
        var read = await running.AskAsync("GET", path);
        read["event"]!["id"]!.GetValue<string>().ShouldBe(eventId);
        read["event"]!["data"]!.ToJsonString().ShouldBe("""{"n":1.50}""");

        var delivery = (await running.AskAsync("GET", $"events/{eventId}"))["deliveries"]!.AsArray().ShouldHaveSingleItem()!;
        delivery["state"]!.GetValue<string>().ShouldBe("deadLettered");
        delivery["attempts"]![0]!["error"]!.GetValue<string>().ShouldContain("no such user");

        running.Functions[function] = new FunctionAnswer();
        (await running.AskAsync("POST", $"{path}/redeliver", 202))["redelivered"]!.GetValue<int>().ShouldBe(1);
        var calls = await running.CallsAsync(function, 2);
        calls[1].Json["id"]!.GetValue<string>().ShouldBe(eventId);
        await running.ListAsync($"deadletters?eventType={type}", "deadLetters", 0);
        await running.AskAsync("GET", path, 404);

        // The redelivery stores a copy, but the event log lists the event once.
        await running.ListAsync($"events?type={type}", "events", 1);
        await Eventually.TrueAsync(
            async () => await DeliveriesOfAsync(eventId) == $"accepted {function[1..]} deadLettered, redelivered {function[1..]} delivered",
            "the event log shows the redelivery");
    }

    [Fact]
    public async Task The_event_log_shows_the_call_of_the_dead_letter_function()
    {
        var other = running.NewName();
        running.Functions["/" + other] = new FunctionAnswer();
        var url = new JsonObject { ["url"] = running.Functions.Url("/" + other) };
        await running.AskAsync("POST", "functions", 201, new JsonObject { ["functionId"] = other, ["type"] = "http", ["provider"] = url });
        var type = running.NewName() + ".event";
        var function = await running.SubscribeAsync(Refusal, "/dead/handed", "async", type, new JsonObject { ["deadLetterFunctionId"] = other });
        var eventId = await running.SendEventAsync("/dead/handed", type);

        (await running.CallsAsync("/" + other, 1))[0].Json["deadletterreason"]!.GetValue<string>().ShouldContain("400");

        await running.ListAsync($"events?type={type}", "events", 1);
        await Eventually.TrueAsync(
            async () => await DeliveriesOfAsync(eventId) == $"accepted {function[1..]} deadLettered, handedOn {other} delivered",
            "the event log shows the delivery to the dead letter function");
        (await running.AskAsync("GET", $"events/{eventId}"))["event"]!["deadletterreason"].ShouldBeNull();
    }

    [Fact]
    public async Task Dead_letters_can_be_redelivered_and_deleted_by_filter()
    {
        var (first, firstType) = await SubscribeAsync("/dead/first");
        var (second, secondType) = await SubscribeAsync("/dead/second");
        for (var i = 0; i < 3; i++)
        {
            await running.SendEventAsync("/dead/first", firstType);
            await running.SendEventAsync("/dead/second", secondType);
        }

        await running.ListAsync($"deadletters?functionId={first[1..]}", "deadLetters", 3);
        await running.ListAsync($"deadletters?functionId={second[1..]}", "deadLetters", 3);
        var page = await running.AskAsync("GET", $"deadletters?functionId={first[1..]}&limit=2");
        page["deadLetters"]!.AsArray().Count.ShouldBe(2);
        await running.ListAsync($"deadletters?functionId={first[1..]}&limit=2&cursor={page["cursor"]}", "deadLetters", 1);

        await running.AskAsync("DELETE", "deadletters", 400);
        await running.AskAsync("POST", "deadletters/redeliver", 400);
        (await running.AskAsync("DELETE", $"deadletters?functionId={first[1..]}"))["deleted"]!.GetValue<int>().ShouldBe(3);
        await running.ListAsync($"deadletters?functionId={first[1..]}", "deadLetters", 0);

        running.Functions[second] = new FunctionAnswer();
        (await running.AskAsync("POST", $"deadletters/redeliver?functionId={second[1..]}", 202))["redelivered"]!.GetValue<int>().ShouldBe(3);
        await running.CallsAsync(second, 6);
        await running.CallsAsync(first, 3);
        await running.ListAsync($"deadletters?functionId={second[1..]}", "deadLetters", 0);
    }

    [Fact]
    public async Task Redelivery_by_filter_keeps_dead_letters_without_a_subscription()
    {
        var (remaining, type) = await SubscribeAsync("/dead/gone");
        var deleted = await running.SubscribeAsync(Refusal, "/dead/gone", "async", type, newType: false);
        await running.SendEventAsync("/dead/gone", type);
        await running.ListAsync($"deadletters?eventType={type}", "deadLetters", 2);
        var letter = (await running.ListAsync($"deadletters?functionId={deleted[1..]}", "deadLetters", 1))[0];
        var subscription = await running.AskAsync("GET", $"subscriptions/{letter["subscriptionId"]}");
        await running.AskAsync("DELETE", $"subscriptions/{letter["subscriptionId"]}", 204);

        running.Functions[remaining] = new FunctionAnswer();
        (await running.AskAsync("POST", $"deadletters/redeliver?eventType={type}", 202))["redelivered"]!.GetValue<int>().ShouldBe(1);
        await running.CallsAsync(remaining, 2);
        (await running.AskAsync("POST", $"deadletters/redeliver?eventType={type}", 202))["redelivered"]!.GetValue<int>().ShouldBe(0);
        var left = (await running.ListAsync($"deadletters?eventType={type}", "deadLetters", 1))[0];
        left["deadLetterId"]!.ToJsonString().ShouldBe(letter["deadLetterId"]!.ToJsonString());

        running.Functions[deleted] = new FunctionAnswer();
        await running.AskAsync("POST", "subscriptions", 201, Writable(subscription));
        (await running.AskAsync("POST", $"deadletters/redeliver?eventType={type}", 202))["redelivered"]!.GetValue<int>().ShouldBe(1);
        await running.CallsAsync(deleted, 2);
        await running.ListAsync($"deadletters?eventType={type}", "deadLetters", 0);
    }

    [Fact]
    public async Task A_dead_letter_can_be_deleted()
    {
        var (_, type) = await SubscribeAsync("/dead/deleted");
        await running.SendEventAsync("/dead/deleted", type);
        var letter = (await running.ListAsync($"deadletters?eventType={type}", "deadLetters", 1))[0];

        await running.AskAsync("DELETE", $"deadletters/{letter["deadLetterId"]}", 204);

        await running.AskAsync("DELETE", $"deadletters/{letter["deadLetterId"]}", 404);
        await running.ListAsync($"deadletters?eventType={type}", "deadLetters", 0);
    }

    // Returns only the fields that a request to create a subscription may contain.
    private static JsonObject Writable(JsonNode subscription) => new(
        ((string[])["type", "eventType", "functionId", "path", "method"]).Select(name => KeyValuePair.Create(name, subscription[name]?.DeepClone())));

    private async Task<string> DeliveriesOfAsync(string eventId) => string.Join(
        ", ",
        (await running.AskAsync("GET", $"events/{eventId}"))["deliveries"]!.AsArray()
            .Select(delivery => $"{delivery!["cause"]} {delivery["functionId"]} {delivery["state"]}"));

    private async Task<(string Function, string Type)> SubscribeAsync(string path)
    {
        var type = running.NewName() + ".event";
        return (await running.SubscribeAsync(Refusal, path, "async", type), type);
    }
}
