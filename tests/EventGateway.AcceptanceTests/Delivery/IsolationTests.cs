using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>A failing function does not affect other functions.</summary>
public sealed class IsolationTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task A_function_that_hangs_delays_no_other_function()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var type = running.NewName() + ".event";
        var hanging = await running.SubscribeAsync(new FunctionAnswer { Until = release.Task }, "/isolation", "async", type);
        var healthy = await running.Gateway.SubscribeAsync(running.Functions, running.NewName(), new FunctionAnswer(), "/isolation", "async", type, newType: false);
        await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":200,"body":"hello"}"""), "/isolation/direct");

        for (var i = 0; i < 200; i++)
        {
            var sent = await running.Events.SendAsync(RawRequest.With("POST", "/isolation", "text/plain", "x", new HttpField("Event", type)));
            sent.Status.ShouldBe(202);
        }

        await CallsAsync(healthy, 200);
        var direct = await running.Events.SendAsync(RawRequest.With("POST", "/isolation/direct", "text/plain", "x"));
        (direct.Status, direct.Text).ShouldBe((200, "hello"));
        CallsOf(hanging).ShouldBe(64);
        release.SetResult();
        await CallsAsync(hanging, 200);
    }

    [Fact]
    public async Task A_failed_delivery_is_retried_until_the_function_recovers()
    {
        var type = running.NewName() + ".event";
        var path = await running.SubscribeAsync(
            new FunctionAnswer { Status = 500 }, "/retried", "async", type, new JsonObject { ["backoffDelay"] = "PT0.05S", ["maxDelay"] = "PT0.2S" });
        (await running.Events.SendAsync(RawRequest.With("POST", "/retried", "text/plain", "x", new HttpField("Event", type)))).Status.ShouldBe(202);

        await CallsAsync(path, 3);
        running.Functions[path] = new FunctionAnswer();
        await CallsAsync(path, 4);
        var ids = running.Functions.Calls().Where(call => call.Path == path).Select(call => call.Json["id"]!.GetValue<string>()).Distinct();
        ids.Count().ShouldBe(1);
    }

    private int CallsOf(string path) => running.Functions.Calls().Count(call => call.Path == path);

    private Task CallsAsync(string path, int count) =>
        Eventually.TrueAsync(() => Task.FromResult(CallsOf(path) >= count), $"{path} has {count} calls");
}
