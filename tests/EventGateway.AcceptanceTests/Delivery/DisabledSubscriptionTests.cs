using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>A disabled subscription says why, and the events that it does not get are kept.</summary>
public sealed class DisabledSubscriptionTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task A_function_that_answers_410_is_the_reason_until_the_subscription_is_enabled()
    {
        var type = running.NewName() + ".event";
        var gone = await running.SubscribeAsync(new FunctionAnswer { Status = 410 }, "/gone", "async", type);
        var path = "subscriptions/" + await running.SubscriptionOfAsync(gone);
        await running.SendEventAsync("/gone", type);

        JsonNode shown = new JsonObject();
        await Eventually.TrueAsync(
            async () => (shown = await running.AskAsync("GET", path))["disabledReason"] is not null, "the subscription is disabled");
        shown["disabledReason"]!.GetValue<string>().ShouldBe($"Function {gone[1..]} answered with status 410: it wants no more events.");
        var since = shown["disabledAt"]!.GetValue<DateTime>();
        since.ShouldBeInRange(DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow.AddMinutes(1));

        // What a GET answers may be sent back, and changes nothing.
        var again = await running.AskAsync("PUT", path, body: shown.AsObject());
        again.ToJsonString().ShouldBe(shown.ToJsonString());

        running.Functions[gone] = new FunctionAnswer();
        shown["enabled"] = true;
        var enabled = await running.AskAsync("PUT", path, body: shown.AsObject());
        enabled["disabledReason"].ShouldBeNull();
        enabled["disabledAt"].ShouldBeNull();
        await running.CallsAsync(gone, 2);
    }

    [Fact]
    public async Task Events_for_a_disabled_subscription_are_logged_and_can_be_replayed()
    {
        var type = running.NewName() + ".event";
        var function = await running.SubscribeAsync(new FunctionAnswer(), "/skipped", "async", type);
        var subscription = await running.SubscriptionOfAsync(function);
        var path = "subscriptions/" + subscription;
        var shown = await running.AskAsync("GET", path);
        shown["enabled"] = false;
        var disabled = await running.AskAsync("PUT", path, body: shown.AsObject());

        var id = await running.SendEventAsync("/skipped", type);

        var delivery = (await running.AskAsync("GET", $"events/{id}"))["deliveries"]!.AsArray().ShouldHaveSingleItem()!;
        delivery["subscriptionId"]!.GetValue<string>().ShouldBe(subscription);
        delivery["state"]!.GetValue<string>().ShouldBe("skipped");
        delivery["reason"]!.GetValue<string>().ShouldBe($"The subscription is disabled. {disabled["disabledReason"]}");
        delivery["attempts"]!.AsArray().ShouldBeEmpty();
        (await running.Config.GetAsync("/metrics")).Text.ShouldContain("eventgateway_skipped_deliveries_total{");

        disabled["enabled"] = true;
        await running.AskAsync("PUT", path, body: disabled.AsObject());
        await running.AskAsync("POST", "replays", 201, new JsonObject { ["subscriptionId"] = subscription, ["from"] = disabled["disabledAt"]!.DeepClone() });
        (await running.CallsAsync(function, 1))[0].Json["id"]!.GetValue<string>().ShouldBe(id);
        await Eventually.TrueAsync(
            async () => (await running.AskAsync("GET", $"events/{id}"))["deliveries"]!.AsArray().Select(each => each!["state"]!.GetValue<string>())
                .SequenceEqual(["skipped", "delivered"]),
            "the replay delivers the event");
    }
}
