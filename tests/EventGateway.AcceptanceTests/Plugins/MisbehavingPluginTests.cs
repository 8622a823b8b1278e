using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Plugins;

/// <summary>A plug-in that throws and hangs, in the real program.</summary>
public sealed class MisbehavingPluginTests
{
    private const string PluginFailed = "The event was stopped: a plug-in failed.";

    [Fact]
    public async Task A_plugin_that_fails_stops_only_the_events_that_it_fails_for()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--plugin", PluginPaths.Misbehaving, "--shutdown-timeout", "2");
        foreach (var type in (string[])["test.good", "test.throwLater"])
        {
            await gateway.SubscribeAsync(functions, type.Replace('.', '-'), FunctionAnswer.Of("{}"), "/", "async", type);
        }

        var thrown = await SendAsync(gateway, "test.throw");
        thrown.Status.ShouldBe(403, thrown.ToString());
        thrown.Errors.ShouldBe([PluginFailed]);
        gateway.Output.ShouldContain("A secret of the plug-in.");
        (await SendAsync(gateway, "test.leak")).Status.ShouldBe(202);

        // While these calls hang, the gateway serves other events.
        string[] hanging = ["test.hang", "test.block", "test.block", "test.callback"];
        var pending = hanging.Select(type => SendAsync(gateway, type)).ToList();
        (await SendAsync(gateway, "test.good")).Status.ShouldBe(202);
        (await SendAsync(gateway, "test.throwLater")).Status.ShouldBe(202);
        (await gateway.Config.GetAsync("/readyz")).Status.ShouldBe(200);
        pending.ShouldAllBe(answer => !answer.IsCompleted);
        foreach (var answer in await Task.WhenAll(pending))
        {
            answer.Status.ShouldBe(403, answer.ToString());
            answer.Errors.ShouldBe([PluginFailed]);
        }

        await functions.WaitForAsync(2);
        await Eventually.TrueAsync(
            async () =>
            {
                var metrics = (await gateway.Config.GetAsync("/metrics")).Text;
                return Has(metrics, "event.received", "timed_out", hanging.Length) && Has(metrics, "event.received", "failed", 1)
                    && Has(metrics, "function.invoked", "failed", 1) && Has(metrics, "function.invoked", "continued", 1);
            },
            "the plug-in's calls are counted");

        (await SendAsync(gateway, "test.good")).Status.ShouldBe(202);
        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
        gateway.Output.ShouldContain("was not disposed within 5 s");
        gateway.Output.ShouldNotContain("Unhandled exception");
    }

    [Fact]
    public async Task Senders_get_503_while_a_plugin_blocks_the_thread_pool()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Arguments = ["--plugin", PluginPaths.Misbehaving],
            // Too few threads, so that work waits four seconds for one.
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "8" },
        });
        await gateway.SubscribeAsync(functions, "good", FunctionAnswer.Of("{}"), "/", "async", "test.good");
        var patient = new RawHttpClient(gateway.EventsPort) { Deadline = TimeSpan.FromMinutes(2) };
        var occupying = SendAsync(patient, "test.occupy");

        var answer = RawResponse.None;
        await Eventually.TrueAsync(async () => (answer = await SendAsync(patient, "test.good")).Status == 503, "an event is refused", TimeSpan.FromMinutes(1));
        answer.Errors.ShouldBe(["The gateway is too busy for requests now; try again later."]);
        answer.Headers.Find("Retry-After").ShouldBe("1");

        await File.WriteAllTextAsync(Path.Combine(gateway.WorkingDirectory, "release"), string.Empty, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => (await SendAsync(patient, "test.good")).Status == 202, "events are served again", TimeSpan.FromMinutes(1));
        // The plug-in's own call also waits for a thread. The event is refused when the call takes more than 5 s.
        (await occupying).Status.ShouldBeOneOf(202, 403);
        (await gateway.Config.GetAsync("/readyz")).Status.ShouldBe(200);
        (await gateway.Config.GetAsync("/metrics")).Text.ShouldContain("""eventgateway_overload_refusals_total{reason="threads"}""");
        gateway.Output.ShouldContain("Overload: threads");
    }

    private static bool Has(string metrics, string type, string outcome, int count) => metrics.Contains(
        $$"""{outcome="{{outcome}}",plugin="MisbehavingPlugin.Misbehaving",type="eventgateway.{{type}}"} {{count}}""", StringComparison.Ordinal);

    private static Task<RawResponse> SendAsync(GatewayProcess gateway, string type) => SendAsync(gateway.Events, type);

    private static Task<RawResponse> SendAsync(RawHttpClient client, string type) => client.SendAsync(new RawRequest("POST", "/")
    {
        Headers = [new("Content-Type", "application/cloudevents+json")],
        Body = System.Text.Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","type":"{{type}}","source":"/","id":"{{type}}"}"""),
    });
}
