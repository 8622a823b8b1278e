using System.Globalization;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>No process reads the program's output.</summary>
public sealed class StuckOutputTests
{
    // More lines, and several times more text, than fit in the buffers of the pipe and the program.
    private const int Requests = 3000;

    private static readonly string Text = new('x', 300);

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Answers_requests_and_counts_lost_lines(string format)
    {
        await using var gateway = await StartAsync(format);

        await LogTooMuchAsync(gateway);

        (await LostLinesAsync(gateway)).ShouldBeGreaterThan(0);
        gateway.ReadOutput();
        await Eventually.TrueAsync(
            () => gateway.Output.Contains("lines of output were lost", StringComparison.Ordinal), "the log contains the number of lost lines");
        (await gateway.StopAsync()).ShouldBe(0);
        var lines = gateway.Output.Split('\n');
        lines.Count(static line => line.Contains("lines of output were lost", StringComparison.Ordinal)).ShouldBe(1);
        lines.Count(static line => line.Contains(Text, StringComparison.Ordinal)).ShouldBeLessThan(Requests);
        lines[^2].ShouldContain("Stopped.");
    }

    [Fact]
    public async Task Stops_in_time()
    {
        await using var gateway = await StartAsync("text", "--shutdown-timeout", "1");
        await LogTooMuchAsync(gateway);

        (await gateway.StopAsync()).ShouldBe(0);
    }

    private static async Task<GatewayProcess> StartAsync(string format, params string[] arguments)
    {
        var gateway = await GatewayProcess.StartAsync(new GatewayOptions { Arguments = ["--log-format", format, .. arguments], ReadsOutput = false });
        (await gateway.Config.PostAsync("/v1/spaces/default/functions", """{"functionId":"log","type":"builtin","provider":{"name":"log"}}""")).Status.ShouldBe(201);
        (await gateway.Config.PostAsync("/v1/spaces/default/eventtypes", """{"name":"logged"}""")).Status.ShouldBe(201);
        (await gateway.Config.PostAsync("/v1/spaces/default/subscriptions", """{"type":"sync","eventType":"logged","functionId":"log","path":"/","method":"POST"}""")).Status.ShouldBe(201);
        return gateway;
    }

    private static Task LogTooMuchAsync(GatewayProcess gateway) =>
        Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            var sent = await gateway.Events.SendAsync(RawRequest.With("POST", "/", "text/plain", Text, new HttpField("Event", "logged")));
            sent.Status.ShouldNotBe(0, "the request is answered");
        });

    private static async Task<long> LostLinesAsync(GatewayProcess gateway)
    {
        var metrics = (await gateway.Config.GetAsync("/metrics")).Text;
        var line = metrics.Split('\n').Single(static line => line.StartsWith("eventgateway_log_lines_lost_total{} ", StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
