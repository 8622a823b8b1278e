using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Deliveries that are not made can be found and moved.</summary>
public sealed class StuckDeliveryTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    // Only a change makes the next attempt come during the test.
    private static readonly JsonObject Slow = new() { ["backoffDelay"] = "PT1H", ["maxDelay"] = "PT1H" };

    private static readonly FunctionAnswer Down = new() { Status = 503, Body = "out of order" };

    [Fact]
    public async Task A_delivery_is_listed_with_its_error_and_what_holds_it()
    {
        var (function, type) = await SubscribeAsync("/stuck/seen", Down);
        var eventId = await running.SendEventAsync("/stuck/seen", type);

        var delivery = (await running.ListAsync($"deliveries?state=retrying&functionId={function[1..]}", "deliveries", 1))[0];
        Text(delivery, "eventId").ShouldBe(eventId);
        Text(delivery, "eventType").ShouldBe(type);
        Text(delivery, "subscriptionId").ShouldBe(await running.SubscriptionOfAsync(function));
        Text(delivery, "state").ShouldBe("retrying");
        Text(delivery, "heldBy").ShouldBe("backoff");
        Text(delivery, "error").ShouldContain("out of order");
        delivery["status"]!.GetValue<int>().ShouldBe(503);
        delivery["attempts"]!.GetValue<int>().ShouldBe(1);
        (DateTime.Parse(Text(delivery, "dueAt")) - DateTime.Parse(Text(delivery, "acceptedAt"))).ShouldBeGreaterThan(TimeSpan.FromMinutes(29));

        await running.AskAsync("GET", "deliveries?state=stuck", 400);
    }

    [Fact]
    public async Task A_disabled_subscription_shows_its_deliveries_as_paused()
    {
        var (function, type) = await SubscribeAsync("/stuck/paused", Down);
        await running.SendEventAsync("/stuck/paused", type);
        await running.ListAsync($"deliveries?state=retrying&functionId={function[1..]}", "deliveries", 1);

        await ChangeSubscriptionAsync(function, subscription => subscription["enabled"] = false);

        var paused = (await running.ListAsync($"deliveries?state=paused&functionId={function[1..]}", "deliveries", 1))[0];
        Text(paused, "heldBy").ShouldBe("disabled");
        foreach (var retry in new[] { $"deliveries/retry?functionId={function[1..]}", $"deliveries/{Text(paused, "deliveryId")}/retry" })
        {
            (await running.AskAsync("POST", retry, 202))["retried"]!.GetValue<int>().ShouldBe(0);
        }

        await running.ListAsync($"deliveries?state=retrying&functionId={function[1..]}", "deliveries", 0);
    }

    [Fact]
    public async Task A_dead_letter_is_listed_as_dead()
    {
        var (function, type) = await SubscribeAsync("/stuck/dead", new FunctionAnswer { Status = 400 });
        await running.SendEventAsync("/stuck/dead", type);

        var delivery = (await running.ListAsync($"deliveries?state=dead&functionId={function[1..]}", "deliveries", 1))[0];
        var letter = (await running.ListAsync($"deadletters?functionId={function[1..]}", "deadLetters", 1))[0];
        Text(delivery, "deliveryId").ShouldBe(Text(letter, "deadLetterId"));
        delivery["heldBy"].ShouldBeNull();
    }

    [Fact]
    public async Task A_retry_delivers_at_once_what_waits_for_a_repaired_function()
    {
        var (function, type) = await SubscribeAsync("/stuck/retried", Down);
        for (var i = 0; i < 3; i++)
        {
            await running.SendEventAsync("/stuck/retried", type);
        }

        var waiting = await running.ListAsync($"deliveries?state=retrying&functionId={function[1..]}", "deliveries", 3);
        running.Functions[function] = new FunctionAnswer();

        (await running.AskAsync("POST", $"deliveries/{Text(waiting[0], "deliveryId")}/retry", 202))["retried"]!.GetValue<int>().ShouldBe(1);
        await running.ListAsync($"deliveries?functionId={function[1..]}", "deliveries", 2);
        (await running.AskAsync("POST", $"deliveries/retry?functionId={function[1..]}", 202))["retried"]!.GetValue<int>().ShouldBe(2);
        await running.ListAsync($"deliveries?functionId={function[1..]}", "deliveries", 0);

        await running.CallsAsync(function, 6);
        await running.AskAsync("POST", $"deliveries/{Text(waiting[0], "deliveryId")}/retry", 404);
        await running.AskAsync("POST", "deliveries/retry", 400);
    }

    [Fact]
    public async Task A_retry_probes_a_function_whose_circuit_breaker_is_open()
    {
        var (function, type) = await SubscribeAsync("/stuck/breaker", Down);
        for (var i = 0; i < 12; i++)
        {
            await running.SendEventAsync("/stuck/breaker", type);
        }

        await Eventually.TrueAsync(
            async () => (await running.AskAsync("GET", $"deliveries?state=retrying&functionId={function[1..]}"))["deliveries"]!.AsArray().Count >= 10,
            "ten deliveries failed");
        running.Functions[function] = new FunctionAnswer();

        (await running.AskAsync("POST", $"deliveries/retry?functionId={function[1..]}", 202))["retried"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(10);

        await running.ListAsync($"deliveries?functionId={function[1..]}", "deliveries", 0);
    }

    [Fact]
    public async Task A_function_that_is_repaired_by_a_change_gets_its_deliveries_at_once()
    {
        var (function, type) = await SubscribeAsync("/stuck/repaired", Down);
        for (var i = 0; i < 12; i++)
        {
            await running.SendEventAsync("/stuck/repaired", type);
        }

        await Eventually.TrueAsync(
            async () => (await running.AskAsync("GET", $"deliveries?state=retrying&functionId={function[1..]}"))["deliveries"]!.AsArray().Count >= 10,
            "ten deliveries failed");
        var repaired = "/" + running.NewName();
        running.Functions[repaired] = new FunctionAnswer();

        await running.AskAsync("PUT", $"functions/{function[1..]}", 200, new JsonObject
        {
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = running.Functions.Url(repaired) },
        });

        await running.CallsAsync(repaired, 12);
        await running.ListAsync($"deliveries?functionId={function[1..]}", "deliveries", 0);
    }

    [Fact]
    public async Task A_subscription_with_shorter_waits_gets_its_deliveries_at_once()
    {
        var (function, type) = await SubscribeAsync("/stuck/sooner", Down);
        await running.SendEventAsync("/stuck/sooner", type);
        await running.ListAsync($"deliveries?state=retrying&functionId={function[1..]}", "deliveries", 1);
        running.Functions[function] = new FunctionAnswer();

        await ChangeSubscriptionAsync(function, subscription => subscription["delivery"] = new JsonObject { ["backoffDelay"] = "PT30M" });

        await running.CallsAsync(function, 2);
    }

    [Fact]
    public async Task An_event_can_be_delivered_again()
    {
        var (function, type) = await SubscribeAsync("/stuck/again", new FunctionAnswer());
        var eventId = await running.SendEventAsync("/stuck/again", type);
        await running.CallsAsync(function, 1);

        (await running.AskAsync("POST", $"events/{eventId}/redeliver", 202))["redelivered"]!.GetValue<int>().ShouldBe(1);

        (await running.CallsAsync(function, 2))[1].Json["id"]!.GetValue<string>().ShouldBe(eventId);
        await Eventually.TrueAsync(
            async () => (await running.AskAsync("GET", $"events/{eventId}"))["deliveries"]!.AsArray()
                .Select(delivery => Text(delivery!, "cause") + " " + Text(delivery!, "state")).SequenceEqual(["accepted delivered", "redelivered delivered"]),
            "the event log shows the redelivery");
        await running.AskAsync("POST", $"events/{eventId}/redeliver?source=%2Fother", 404);
        await running.AskAsync("POST", $"events/{eventId}/redeliver", 400, new JsonObject { ["subscriptionIds"] = new JsonArray("none") });
    }

    private async Task ChangeSubscriptionAsync(string function, Action<JsonObject> change)
    {
        var path = $"subscriptions/{await running.SubscriptionOfAsync(function)}";
        var subscription = (await running.AskAsync("GET", path)).AsObject();
        change(subscription);
        await running.AskAsync("PUT", path, 200, subscription);
    }

    private async Task<(string Function, string Type)> SubscribeAsync(string path, FunctionAnswer answer)
    {
        var type = running.NewName() + ".event";
        return (await running.SubscribeAsync(answer, path, "async", type, Slow.DeepClone().AsObject()), type);
    }

    private static string Text(JsonNode delivery, string name) => delivery[name]!.GetValue<string>();
}
