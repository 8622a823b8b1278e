using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>After SIGTERM the program finishes its requests and deliveries, and accepts no new ones.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Finishes_requests_and_deliveries_and_refuses_new_ones()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync();
        var release = new TaskCompletionSource();
        await gateway.SubscribeAsync(functions, "sync", FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""") with { Until = release.Task }, "/sync");
        await gateway.SubscribeAsync(functions, "async", FunctionAnswer.Of("{}") with { Until = release.Task }, "/async", "async", "test.event", new JsonObject { ["guarantee"] = "atMostOnce" });
        var call = gateway.Events.SendAsync(new RawRequest("POST", "/sync"));
        const int Accepted = 100;
        for (var i = 0; i < Accepted; i++)
        {
            var accepted = await gateway.Events.SendAsync(
                RawRequest.With("POST", "/async", "application/json", "{}", new HttpField("Event", "test.event")));
            accepted.Status.ShouldBe(202);
        }

        await functions.WaitForAsync(2);
        await gateway.TerminateAsync();
        await Eventually.TrueAsync(
            async () => (await gateway.Events.SendAsync(new RawRequest("POST", "/sync2"))).Status == 503,
            "new requests get 503");
        release.SetResult();

        var answer = await call;
        (answer.Status, answer.Text).ShouldBe((200, "done"));
        (await gateway.WaitForExitAsync()).ShouldBe(0, gateway.Output);
        functions.Calls().Count(c => c.Path == "/async").ShouldBe(Accepted);
    }

    [Fact]
    public async Task Finishes_slow_requests_and_deliveries()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--workers", "1");
        var slow = FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""") with { Delay = TimeSpan.FromSeconds(4) };
        await gateway.SubscribeAsync(functions, "sync", slow, "/sync");
        await gateway.SubscribeAsync(functions, "async", slow, "/async", "async", "test.event", new JsonObject { ["guarantee"] = "atMostOnce" });
        for (var i = 0; i < 2; i++)
        {
            (await gateway.Events.SendAsync(RawRequest.With("POST", "/async", "text/plain", "x", new HttpField("Event", "test.event")))).Status.ShouldBe(202);
        }

        var call = gateway.Events.SendAsync(new RawRequest("POST", "/sync"));
        await functions.WaitForAsync(2);
        await gateway.TerminateAsync();

        var answer = await call;
        (answer.Status, answer.Text).ShouldBe((200, "done"));
        (await gateway.WaitForExitAsync()).ShouldBe(0, gateway.Output);
        functions.Calls().Count(c => c.Path == "/async").ShouldBe(2);
    }

    [Fact]
    public async Task Stops_at_the_shutdown_timeout_although_a_function_hangs()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--shutdown-timeout", "1");
        await gateway.SubscribeAsync(
            functions,
            "hang",
            new FunctionAnswer { Until = Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken) },
            "/hang");
        var call = gateway.Events.SendAsync(new RawRequest("POST", "/hang"));
        (await functions.WaitForAsync(1)).ShouldBeTrue();

        await gateway.StopAsync();

        (await call).Status.ShouldBeOneOf(0, 500, 503, 504);
    }

    [Fact]
    public async Task Stops_with_exit_code_0_when_it_is_idle()
    {
        await using var gateway = await GatewayProcess.StartAsync();

        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
    }
}
