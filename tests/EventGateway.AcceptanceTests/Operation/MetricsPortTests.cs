using System.Text.RegularExpressions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>The port of <c>--metrics-port</c>, and the names of metrics.</summary>
public sealed partial class MetricsPortTests
{
    private static readonly string[] NamesOf09 =
        ["eventgateway_eventtypes_total", "eventgateway_functions_total", "eventgateway_subscriptions_total", "eventgateway_cors_total"];

    [Fact]
    public async Task A_port_of_its_own_has_metrics_and_health_and_nothing_else()
    {
        var port = FreePort.Next();
        await using var gateway = await GatewayProcess.StartAsync("--metrics-port", $"{port}");
        var metrics = new RawHttpClient(port) { Host = "localhost" };

        (await metrics.GetAsync("/metrics")).Text.ShouldContain("# TYPE eventgateway_events_backlog gauge");
        (await metrics.GetAsync("/livez")).Status.ShouldBe(200);
        (await metrics.GetAsync("/readyz")).Text.ShouldBe("ok\n");
        foreach (var path in (string[])["/", "/v1/spaces", "/v1/metrics", "/v1/status", "/openapi/v1.json", "/metrics/", "/metrics?x=/v1/spaces"])
        {
            (await metrics.GetAsync(path)).Status.ShouldBe(path.StartsWith("/metrics?", StringComparison.Ordinal) ? 200 : 404, path);
        }

        (await metrics.PostAsync("/v1/spaces/default/eventtypes", """{"name":"x"}""")).Status.ShouldBe(404);
        (await metrics.PostAsync("/metrics", "{}")).Status.ShouldBe(405);
        (await gateway.Config.GetAsync("/metrics")).Status.ShouldBe(200);
        (await gateway.Config.GetAsync("/v1/spaces")).Status.ShouldBe(200);
        (await gateway.Events.GetAsync("/metrics")).Status.ShouldBe(404);
        gateway.Output.ShouldContain($"Metrics and health on http://127.0.0.1:{port}.");
    }

    [Fact]
    public async Task A_port_in_use_names_the_option()
    {
        await using var first = await GatewayProcess.StartAsync();
        await using var second = GatewayProcess.Launch(new GatewayOptions { Arguments = ["--metrics-port", $"{first.ConfigPort}"] });

        (await second.WaitForExitAsync()).ShouldBe(1);

        await Eventually.TrueAsync(
            () => second.Output.Contains($"Cannot start: --metrics-port is {first.ConfigPort}, and another program listens on 127.0.0.1:{first.ConfigPort} already", StringComparison.Ordinal),
            "the option is named");
    }

    // The rules of "promtool check metrics", as far as names and help go.
    [Fact]
    public async Task Names_follow_the_rules_of_Prometheus()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync();
        var text = await UseAsync(gateway, functions);

        var families = Family().Matches(text);
        families.Count.ShouldBeGreaterThan(15);
        foreach (Match family in families)
        {
            var (name, type) = (family.Groups["name"].Value, family.Groups["type"].Value);
            name.EndsWith("_total", StringComparison.Ordinal).ShouldBe(type is "counter", name);
            text.ShouldContain($"# HELP {name} ");
            ForbiddenEnd().IsMatch(name).ShouldBeFalse(name);
            name.ShouldBe(name.ToLowerInvariant());
            NamesOf09.ShouldNotContain(name);
        }
    }

    [Fact]
    public async Task Dashboards_of_0_9_find_its_names_with_the_option_compat()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--compat", "0.9");
        var text = await UseAsync(gateway, functions);

        foreach (var name in NamesOf09)
        {
            text.ShouldContain($"# TYPE {name} gauge");
            text.ShouldContain($"# TYPE {name[..^"_total".Length]} gauge");
        }
    }

    private static async Task<string> UseAsync(GatewayProcess gateway, FunctionServer functions)
    {
        await gateway.SubscribeAsync(functions, "f", new FunctionAnswer(), "/", "async", "used");
        (await gateway.Events.SendAsync(RawRequest.With("POST", "/", "application/json", "{}", new HttpField("Event", "used")))).Status.ShouldBe(202);
        var text = "";
        await Eventually.TrueAsync(
            async () => (text = (await gateway.Config.GetAsync("/metrics")).Text).Contains("eventgateway_delivery_attempts_total{", StringComparison.Ordinal)
                || text.Contains("eventgateway_events_processed_total{", StringComparison.Ordinal),
            "the delivery is counted");
        return text;
    }

    [GeneratedRegex("^# TYPE (?<name>[^ ]+) (?<type>[a-z]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Family();

    [GeneratedRegex("_(count|sum|bucket|gauge|counter|histogram|milliseconds|ms|minutes|kb|mb)$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ForbiddenEnd();
}
