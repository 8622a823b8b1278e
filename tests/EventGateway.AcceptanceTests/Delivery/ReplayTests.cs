using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Accepted events can be replayed.</summary>
public sealed class ReplayTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Events_are_replayed_to_a_subscription_that_was_created_later()
    {
        var type = running.NewName() + ".event";
        var early = await running.SubscribeAsync(new FunctionAnswer(), "/replayed", "async", type);
        string[] ids = [await running.SendEventAsync("/replayed", type), await running.SendEventAsync("/replayed", type), await running.SendEventAsync("/replayed", type)];
        await running.CallsAsync(early, 3);
        var late = await running.Gateway.SubscribeAsync(
            running.Functions, running.NewName(), new FunctionAnswer(), "/replayed", "async", type, new JsonObject { ["maxConcurrency"] = 1 }, newType: false);

        var replay = await StartAsync(late);
        await WaitForStateAsync(replay, "done");

        var calls = await running.CallsAsync(late, 3);
        calls.Select(call => call.Json["id"]!.GetValue<string>()).ShouldBe(ids);
        calls.ShouldAllBe(call => call.Json["replayid"]!.GetValue<string>() == replay);
        calls[0].Json["data"]!.ToJsonString().ShouldBe("""{"n":1.50}""");
        (await running.AskAsync("GET", $"replays/{replay}"))["replayed"]!.GetValue<int>().ShouldBe(3);
        await running.CallsAsync(early, 3);

        // The log now contains the copies of the first replay. They are not replayed again.
        await WaitForStateAsync(await StartAsync(late), "done");
        await running.CallsAsync(late, 6);
    }

    [Fact]
    public async Task A_replay_can_be_paused_resumed_and_cancelled()
    {
        var type = running.NewName() + ".event";
        var function = await running.SubscribeAsync(new FunctionAnswer(), "/paused", "async", type);
        for (var i = 0; i < 200; i++)
        {
            await running.SendEventAsync("/paused", type);
        }

        await running.CallsAsync(function, 200);
        var paused = await StartAsync(function);
        var answer = await running.Config.PostAsync($"/v1/spaces/default/replays/{paused}/pause", "");
        answer.Status.ShouldBeOneOf([200, 409], answer.ToString());
        if (answer.Status is 200)
        {
            answer.Json["state"]!.GetValue<string>().ShouldBe("paused");
            (await running.AskAsync("POST", $"replays/{paused}/resume"))["state"]!.GetValue<string>().ShouldBe("running");
        }

        await WaitForStateAsync(paused, "done");
        var cancelled = await StartAsync(function);
        await running.AskAsync("DELETE", $"replays/{cancelled}", 204);
        (await running.AskAsync("GET", "replays"))["replays"]!.AsArray().Select(replay => replay!["replayId"]!.GetValue<string>()).ShouldContain(paused);
    }

    private async Task<string> StartAsync(string function)
    {
        var body = new JsonObject { ["subscriptionId"] = await running.SubscriptionOfAsync(function) };
        return (await running.AskAsync("POST", "replays", 201, body))["replayId"]!.GetValue<string>();
    }

    private Task WaitForStateAsync(string replay, string state) => Eventually.TrueAsync(
        async () => (await running.AskAsync("GET", $"replays/{replay}"))["state"]!.GetValue<string>() == state, $"the replay is {state}");
}
