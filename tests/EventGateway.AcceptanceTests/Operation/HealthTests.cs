using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>The endpoints for probes and metrics.</summary>
public sealed class HealthTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly string[] MetricNames =
    [
        "eventgateway_events_received_total",
        "eventgateway_events_processed_total",
        "eventgateway_events_backlog",
        "eventgateway_events_custom_processing_seconds",
        "eventgateway_eventtypes",
        "eventgateway_functions",
        "eventgateway_subscriptions",
        "eventgateway_config_requests_total",
        "eventgateway_config_request_duration_seconds",
    ];

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    public async Task Both_ports_answer_health_checks(string path)
    {
        (await running.Config.GetAsync(path)).Status.ShouldBe(200);
        (await running.Events.GetAsync(path)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Keeps_the_status_endpoint_of_0_9() => (await running.Config.GetAsync("/v1/status")).Status.ShouldBe(200);

    [Fact]
    public async Task A_subscription_can_use_the_path_of_a_health_check()
    {
        var name = running.NewName();
        running.Functions["/" + name] = FunctionAnswer.Of("""{"statusCode":200,"body":"mine"}""");
        await running.Config.PostAsync(
            "/v1/spaces/default/functions",
            $$"""{"functionId":"{{name}}","type":"http","provider":{"url":"{{running.Functions.Url("/" + name)}}"} }""");
        var created = await running.Config.PostAsync(
            "/v1/spaces/default/subscriptions",
            $$"""{"type":"sync","eventType":"http.request","functionId":"{{name}}","path":"/livez","method":"GET"}""");

        (await running.Events.GetAsync("/livez")).Text.ShouldBe("mine");
        (await running.Config.GetAsync("/livez")).Status.ShouldBe(200);

        var id = created.Json["subscriptionId"]!.GetValue<string>();
        (await running.Config.SendAsync(new RawRequest("DELETE", $"/v1/spaces/default/subscriptions/{id}"))).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/v1/metrics")]
    public async Task Has_the_metrics_of_0_9(string path)
    {
        var name = running.NewName();
        await running.SubscribeAsync(FunctionAnswer.Of("{}"), $"/{name}", "async", $"test.{name}");
        await running.Events.SendAsync(RawRequest.With("POST", $"/{name}", "application/json", "{}", new HttpField("Event", $"test.{name}")));
        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync(path)).Text.Split('\n').Any(l => IsSampleOf(l, "eventgateway_events_processed_total", $"test.{name}")),
            "the event is counted as processed");
        var metrics = await running.Config.GetAsync(path);

        metrics.Status.ShouldBe(200);
        metrics.Header("content-type").ShouldNotBeNull().ShouldStartWith("text/plain");
        MetricNames.Where(m => !metrics.Text.Contains($"# TYPE {m} ", StringComparison.Ordinal)).ShouldBeEmpty(metrics.Text);
        metrics.Text.Split('\n').ShouldContain(l => IsSampleOf(l, "eventgateway_events_received_total", $"test.{name}"));
    }

    private static bool IsSampleOf(string line, string metric, string type) =>
        line.StartsWith(metric + "{", StringComparison.Ordinal)
        && line.Contains("space=\"default\"", StringComparison.Ordinal)
        && line.Contains($"type=\"{type}\"", StringComparison.Ordinal);
}
