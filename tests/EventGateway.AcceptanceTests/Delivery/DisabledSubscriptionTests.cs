using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>A subscription that is disabled says why.</summary>
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
}
