using System.Globalization;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>The metrics of waiting deliveries.</summary>
public sealed class BacklogMetricsTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Waiting = """eventgateway_deliveries_waiting{space="default"}""";
    private const string Age = """eventgateway_oldest_delivery_age_seconds{space="default"}""";

    [Fact]
    public async Task Metrics_show_waiting_deliveries_their_age_and_commits()
    {
        // The first delivery fails and waits for an hour. The others wait for the function's only concurrent call.
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
        await Eventually.TrueAsync(async () => await ReadAsync(Waiting) == 6, "the metric counts all waiting deliveries");
        var age = await ReadAsync(Age);
        age.ShouldBeInRange(0.001, 60);
        await Eventually.TrueAsync(async () => await ReadAsync(Age) > age, "the oldest delivery grows older");
        (await ReadAsync("eventgateway_commit_batch_size_sum{}")).ShouldBeInRange(3, 6);
        (await ReadAsync("eventgateway_commit_duration_seconds_count{}")).ShouldBeGreaterThan(0);
        (await ReadAsync("eventgateway_commit_failures_total{}")).ShouldBe(0);

        release.SetResult();
        await Eventually.TrueAsync(async () => await ReadAsync(Waiting) == 3, "the deliveries in memory are done");
    }

    // Returns 0 when the metric does not exist yet.
    private async Task<double> ReadAsync(string series)
    {
        var metrics = (await running.Config.GetAsync("/metrics")).Text.Split('\n');
        var line = metrics.SingleOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[series.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
