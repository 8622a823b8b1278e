using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>The answers to clients while the program stops, and the signals that stop it.</summary>
public sealed class DrainTests : IAsyncDisposable
{
    private static readonly JsonObject Raw = new() { ["requestMode"] = "raw" };

    private readonly FunctionServer _functions = new();
    private readonly TaskCompletionSource _release = new();

    public ValueTask DisposeAsync() => _functions.DisposeAsync();

    [Fact]
    public async Task Every_answer_closes_its_connection()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var waiting = FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""") with { Until = _release.Task };
        await gateway.SubscribeAsync(_functions, "sync", waiting, "/sync");
        await gateway.SubscribeAsync(_functions, "raw", waiting, "/raw", more: Raw);
        _functions["/raw/raw"] = waiting;
        Task<RawResponse>[] calls = [gateway.Events.SendAsync(new RawRequest("POST", "/sync")), gateway.Events.SendAsync(new RawRequest("POST", "/raw"))];
        (await _functions.WaitForAsync(2)).ShouldBeTrue();

        await gateway.TerminateAsync();
        await Eventually.TrueAsync(async () => (await gateway.Config.GetAsync("/readyz")).Status is 503, "the gateway is stopping");

        var refused = await gateway.Events.SendAsync(new RawRequest("POST", "/sync"));
        (refused.Status, refused.Header("Connection"), refused.Header("Retry-After")).ShouldBe((503, "close", "5"));
        refused.Text.ShouldContain("errors");
        var read = await gateway.Config.GetAsync("/v1/spaces/default/functions");
        (read.Status, read.Header("Connection")).ShouldBe((200, "close"));
        var written = await gateway.Config.PostAsync("/v1/spaces/default/eventtypes", """{"name":"late"}""");
        (written.Status, written.Header("Connection"), written.Header("Retry-After")).ShouldBe((503, "close", "5"));
        written.Text.ShouldContain("errors");
        var foreign = await gateway.Config.SendAsync(new RawRequest("GET", "/v1/spaces/default/functions") { Headers = [new HttpField("Origin", "http://evil.example")] });
        (foreign.Status, foreign.Header("Connection")).ShouldBe((403, "close"));
        _release.SetResult();
        foreach (var call in calls)
        {
            var answer = await call;
            (answer.Status, answer.Header("Connection")).ShouldBe((200, "close"));
        }

        (await gateway.WaitForExitAsync()).ShouldBe(0, gateway.Output);
    }

    [Fact]
    public async Task Calls_that_exceed_the_shutdown_timeout_get_503()
    {
        await using var gateway = await GatewayProcess.StartAsync("--shutdown-timeout", "1");
        var hanging = new FunctionAnswer { Until = _release.Task };
        await gateway.SubscribeAsync(_functions, "sync", hanging, "/sync");
        await gateway.SubscribeAsync(_functions, "raw", hanging, "/raw", more: Raw);
        _functions["/raw/raw"] = hanging;
        Task<RawResponse>[] calls = [gateway.Events.SendAsync(new RawRequest("POST", "/sync")), gateway.Events.SendAsync(new RawRequest("POST", "/raw"))];
        (await _functions.WaitForAsync(2)).ShouldBeTrue();

        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);

        foreach (var call in calls)
        {
            var answer = await call;
            (answer.Status, answer.Header("Connection"), answer.Header("Retry-After")).ShouldBe((503, "close", "5"), gateway.Output);
            answer.Text.ShouldContain("errors");
        }
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public async Task Other_signals_stop_the_program_in_order_too(string signal)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await gateway.SubscribeAsync(_functions, "sync", FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""") with { Until = _release.Task }, "/sync");
        var call = gateway.Events.SendAsync(new RawRequest("POST", "/sync"));
        (await _functions.WaitForAsync(1)).ShouldBeTrue();

        await gateway.SignalAsync(signal);
        await Eventually.TrueAsync(async () => (await gateway.Config.GetAsync("/readyz")).Status is 503, "the gateway is stopping");
        _release.SetResult();

        (await call).Text.ShouldBe("done");
        (await gateway.WaitForExitAsync()).ShouldBe(0, gateway.Output);
    }

    [Fact]
    public async Task Ignores_SIGHUP_when_it_was_ignored_at_the_start()
    {
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { IgnoresHangUp = true });

        await gateway.SignalAsync("HUP");

        (await gateway.Config.PostAsync("/v1/spaces/default/eventtypes", """{"name":"kept"}""")).Status.ShouldBe(201);
        (await gateway.Config.GetAsync("/readyz")).Status.ShouldBe(200);
        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
    }

    [Fact]
    public async Task A_second_SIGINT_ends_the_process_at_once()
    {
        await using var gateway = await GatewayProcess.StartAsync("--shutdown-timeout", "600");
        await gateway.SubscribeAsync(_functions, "sync", new FunctionAnswer { Until = _release.Task }, "/sync");
        var call = gateway.Events.SendAsync(new RawRequest("POST", "/sync"));
        (await _functions.WaitForAsync(1)).ShouldBeTrue();

        await gateway.SignalAsync("INT");
        await Eventually.TrueAsync(async () => (await gateway.Config.GetAsync("/readyz")).Status is 503, "the gateway is stopping");
        await gateway.SignalAsync("INT");

        (await gateway.WaitForExitAsync()).ShouldBe(130);
        (await call).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Stops_in_order_while_it_starts()
    {
        await using var gateway = GatewayProcess.Launch(new GatewayOptions());
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(gateway.DataDirectory, "config.db")), "the program opens its store", TimeSpan.FromSeconds(60));

        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);

        gateway.Output.ShouldNotContain("Unhandled exception");
        gateway.Output.ShouldContain("Stopped.");
    }
}
