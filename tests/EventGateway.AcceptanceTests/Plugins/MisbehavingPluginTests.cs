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

    private static bool Has(string metrics, string type, string outcome, int count) => metrics.Contains(
        $$"""{outcome="{{outcome}}",plugin="MisbehavingPlugin.Misbehaving",type="eventgateway.{{type}}"} {{count}}""", StringComparison.Ordinal);

    private static Task<RawResponse> SendAsync(GatewayProcess gateway, string type) => gateway.Events.SendAsync(new RawRequest("POST", "/")
    {
        Headers = [new("Content-Type", "application/cloudevents+json")],
        Body = System.Text.Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","type":"{{type}}","source":"/","id":"{{type}}"}"""),
    });
}
