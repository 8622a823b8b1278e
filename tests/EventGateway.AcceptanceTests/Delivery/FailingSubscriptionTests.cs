using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>The gateway reports subscriptions that fail, and disables those that ask for it.</summary>
public sealed class FailingSubscriptionTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task A_subscription_whose_attempts_all_fail_is_disabled_and_its_owner_hears_of_it()
    {
        var watcher = await WatchAsync("subscription.disabled");
        var type = running.NewName() + ".event";
        var function = await running.SubscribeAsync(
            new FunctionAnswer { Status = 500 }, "/failing", "async", type,
            new JsonObject { ["disableAfter"] = "PT1S", ["backoffDelay"] = "PT0.2S", ["backoffPolicy"] = "linear", ["maxDelay"] = "PT0.4S" });
        var path = "subscriptions/" + await running.SubscriptionOfAsync(function);
        await running.SendEventAsync("/failing", type);

        JsonNode shown = new JsonObject();
        await Eventually.TrueAsync(async () => (shown = await running.AskAsync("GET", path))["enabled"]?.GetValue<bool>() is false, "the subscription is disabled");

        var reason = shown["disabledReason"]!.GetValue<string>();
        reason.ShouldStartWith("Every attempt has failed since ");
        reason.ShouldEndWith(", for PT1S or longer. The last one: The function answered with status 500.");
        var data = (await EventsAsync(watcher, 1))[0]["data"]!;
        data["subscriptionId"]!.GetValue<string>().ShouldBe(shown["subscriptionId"]!.GetValue<string>());
        data["reason"]!.GetValue<string>().ShouldBe(reason);
        data["since"]!.GetValue<DateTime>().ShouldBe(shown["disabledAt"]!.GetValue<DateTime>());
        data["lastAttempt"]!["status"]!.GetValue<int>().ShouldBe(500);

        // The waiting delivery is made once the subscription is enabled.
        running.Functions[function] = new FunctionAnswer();
        shown["enabled"] = true;
        await running.AskAsync("PUT", path, body: shown.AsObject());
        await Eventually.TrueAsync(
            async () => (await running.AskAsync("GET", "events?type=" + type))["events"]!.AsArray() is [var only]
                && (await running.AskAsync("GET", "events/" + only!["eventId"]))["deliveries"]![0]!["state"]!.GetValue<string>() == "delivered",
            "the event is delivered");
    }

    [Fact]
    public async Task A_failing_subscription_that_succeeds_again_is_reported()
    {
        var watcher = await WatchAsync("subscription.failing", "subscription.recovered");
        var type = running.NewName() + ".event";
        var function = await running.SubscribeAsync(
            new FunctionAnswer { Status = 500 }, "/recovering", "async", type,
            new JsonObject { ["disableAfter"] = "PT8S", ["backoffDelay"] = "PT0.5S", ["maxDelay"] = "PT0.5S", ["jitter"] = false });
        await running.SendEventAsync("/recovering", type);

        var failing = (await EventsAsync(watcher, 1))[0];
        running.Functions[function] = new FunctionAnswer();
        var recovered = (await EventsAsync(watcher, 2))[1];

        failing["type"]!.GetValue<string>().ShouldBe("eventgateway.subscription.failing");
        failing["data"]!["disableAfter"]!.GetValue<string>().ShouldBe("PT8S");
        recovered["type"]!.GetValue<string>().ShouldBe("eventgateway.subscription.recovered");
        recovered["data"]!["since"]!.GetValue<string>().ShouldBe(failing["data"]!["since"]!.GetValue<string>());
        running.Gateway.Output.ShouldContain("50 % of its disableAfter (PT8S)");
        running.Gateway.Output.ShouldContain("an attempt succeeded. All had failed since");
    }

    [Fact]
    public async Task A_dead_letter_is_reported_and_a_dead_letter_of_the_report_is_not()
    {
        var watcher = await WatchAsync("delivery.deadlettered");
        running.Functions[watcher] = new FunctionAnswer { Status = 400 };
        var type = running.NewName() + ".event";
        var function = await running.SubscribeAsync(new FunctionAnswer { Status = 422, Body = "no such account" }, "/refused", "async", type);
        var id = await running.SendEventAsync("/refused", type);

        var data = (await EventsAsync(watcher, 1))[0]["data"]!;

        var letter = (await running.ListAsync("deadletters?functionId=" + function[1..], "deadLetters", 1))[0];
        data["deadLetterId"]!.GetValue<string>().ShouldBe(letter["deadLetterId"]!.GetValue<string>());
        data["event"]!["id"]!.GetValue<string>().ShouldBe(id);
        data["attempts"]!.GetValue<int>().ShouldBe(1);
        data["lastAttempt"]!["status"]!.GetValue<int>().ShouldBe(422);
        data["lastAttempt"]!["error"]!.GetValue<string>().ShouldContain("no such account");
        await running.ListAsync("deadletters?functionId=" + watcher[1..], "deadLetters", 1);
        await running.SendEventAsync("/refused", type);
        await running.ListAsync("deadletters?functionId=" + watcher[1..], "deadLetters", 2);
        (await running.CallsAsync(watcher, 2)).ShouldAllBe(call => call.Json["data"]!["functionId"]!.GetValue<string>() == function.Substring(1));
    }

    private async Task<string> WatchAsync(params string[] types)
    {
        string? watcher = null;
        foreach (var type in types)
        {
            if (watcher is null)
            {
                watcher = await running.SubscribeAsync(new FunctionAnswer(), "/", "async", "eventgateway." + type, newType: false);
            }
            else
            {
                await running.AskAsync(
                    "POST", "subscriptions", 201,
                    new JsonObject { ["type"] = "async", ["eventType"] = "eventgateway." + type, ["functionId"] = watcher[1..] });
            }
        }

        return watcher!;
    }

    private async Task<IReadOnlyList<JsonNode>> EventsAsync(string watcher, int count) =>
        [.. (await running.CallsAsync(watcher, count)).Select(call => (JsonNode)call.Json)];
}
