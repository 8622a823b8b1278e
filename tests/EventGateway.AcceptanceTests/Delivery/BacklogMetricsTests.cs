using System.Globalization;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>What an operator sees of deliveries that wait.</summary>
public sealed class BacklogMetricsTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Waiting = """eventgateway_deliveries_waiting{space="default"}""";
    private const string Age = """eventgateway_oldest_delivery_age_seconds{space="default"}""";

    [Fact]
    public async Task Metrics_tell_how_much_waits_since_when_and_how_commits_go()
    {
        // Once one has been tried it waits for an hour, and the others behind the function's one place.
        var type = running.NewName() + ".event";
        var slow = new JsonObject { ["backoffDelay"] = "PT1H", ["maxDelay"] = "PT1H", ["maxConcurrency"] = 1 };
        var durable = await running.SubscribeAsync(new FunctionAnswer { Status = 500 }, "/metered", "async", type, slow);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var memory = await running.Gateway.SubscribeAsync(
            running.Functions,
            running.NewName(),
            new FunctionAnswer { Until = release.Task },
            "/metered",
            "async",
            type,
            new JsonObject { ["guarantee"] = "atMostOnce" },
            newType: false);
        (await ReadAsync(Waiting), await ReadAsync(Age)).ShouldBe((0, 0));

        for (var i = 0; i < 3; i++)
        {
            var sent = await running.Events.SendAsync(RawRequest.With("POST", "/metered", "text/plain", "x", new HttpField("Event", type)));
            sent.Status.ShouldBe(202);
        }

        await Eventually.TrueAsync(
            () => running.Functions.Calls().Count(call => call.Path == durable) == 3 && running.Functions.Calls().Any(call => call.Path == memory),
            "both functions are called");
        await Eventually.TrueAsync(async () => await ReadAsync(Waiting) == 6, "all are seen to wait");
        var age = await ReadAsync(Age);
        age.ShouldBeInRange(0.001, 60);
        await Eventually.TrueAsync(async () => await ReadAsync(Age) > age, "the oldest delivery grows older");
        (await ReadAsync("eventgateway_commit_batch_size_sum{}")).ShouldBeInRange(3, 6);
        (await ReadAsync("eventgateway_commit_duration_seconds_count{}")).ShouldBeGreaterThan(0);
        (await ReadAsync("eventgateway_commit_failures_total{}")).ShouldBe(0);

        release.SetResult();
        await Eventually.TrueAsync(async () => await ReadAsync(Waiting) == 3, "those in memory are done");
    }

    // 0 where there is no such metric yet.
    private async Task<double> ReadAsync(string series)
    {
        var metrics = (await running.Config.GetAsync("/metrics")).Text.Split('\n');
        var line = metrics.SingleOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[series.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
