using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Plugins;

/// <summary>Plug-ins that throw and hang, inside the real program.</summary>
public sealed class MisbehavingPluginTests
{
    private const string Undecided = "The event was stopped: a plug-in failed.";

    [Fact]
    public async Task Costs_the_events_that_it_fails_for_and_nothing_else()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--plugin", PluginPaths.Misbehaving, "--shutdown-timeout", "2");
        foreach (var type in (string[])["test.good", "test.throwLater"])
        {
            await gateway.SubscribeAsync(functions, type.Replace('.', '-'), FunctionAnswer.Of("{}"), "/", "async", type);
        }

        var thrown = await SendAsync(gateway, "test.throw");
        thrown.Status.ShouldBe(403, thrown.ToString());
        thrown.Errors.ShouldBe([Undecided]);
        gateway.Output.ShouldContain("A secret of the plug-in.");
        (await SendAsync(gateway, "test.leak")).Status.ShouldBe(202);

        // As long as they hang, others go on.
        string[] hanging = ["test.hang", "test.block", "test.block", "test.callback"];
        var hung = hanging.Select(type => SendAsync(gateway, type)).ToList();
        (await SendAsync(gateway, "test.good")).Status.ShouldBe(202);
        (await SendAsync(gateway, "test.throwLater")).Status.ShouldBe(202);
        (await gateway.Config.GetAsync("/readyz")).Status.ShouldBe(200);
        hung.ShouldAllBe(answer => !answer.IsCompleted);
        foreach (var answer in await Task.WhenAll(hung))
        {
            answer.Status.ShouldBe(403, answer.ToString());
            answer.Errors.ShouldBe([Undecided]);
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
    public async Task Senders_get_503_while_it_takes_the_threads_of_the_pool()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Arguments = ["--plugin", PluginPaths.Misbehaving],
            // So few that they never suffice: work waits four seconds for one.
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
        // The plug-in's own call waits for a thread too: beyond the 5 s that it may take, the event is refused.
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
