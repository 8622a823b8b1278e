using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Clients;

/// <summary>The JavaScript SDK of CloudEvents sends events through the gateway and reads what arrives (tests/Clients/cloudevents).</summary>
public sealed class JavaScriptClientTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Reads_the_events_that_it_sent()
    {
        var output = await NodeProgram.RunAsync(
            "cloudevents", "client.js", $"http://127.0.0.1:{running.Gateway.EventsPort}", $"http://127.0.0.1:{running.Gateway.ConfigPort}");

        output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(30, output);
    }
}
