using System.Diagnostics.Metrics;
using EventGateway.Abstractions;
using EventGateway.Observability;
using EventGateway.Tests.Api.Config;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Observability;

public sealed class MetricSeriesTests
{
    [Fact]
    public async Task Labels_only_spaces_that_exist()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        await api.SendAsync("POST", "/v1/spaces/metered/eventtypes", """{"name":"x"}""");
        await api.SendAsync("GET", "/v1/spaces/invented1/eventtypes");
        await api.SendAsync("GET", "/v1/spaces/invented2/functions/x");
        await api.SendAsync("PUT", "/v1/spaces/invented3/subscriptions/x", "{}");
        await api.SendAsync("DELETE", "/v1/spaces/metered/eventtypes/x");

        var series = await ReadAsync(api, "eventgateway_config_requests");

        Has(series, "metered", "eventtypes", "create").ShouldBeTrue(string.Join('\n', series));
        Has(series, "metered", "eventtypes", "delete").ShouldBeTrue();
        Has(series, "", "functions", "get").ShouldBeTrue();
        series.ShouldNotContain(line => line.Contains("invented"));
    }

    [Fact]
    public async Task Labels_resources_with_their_four_names_only()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        await api.SendAsync("GET", "/v1/spaces/invented4/EventTypes");
        await api.SendAsync("GET", "/v1/spaces/invented4/eventTYPES/x");

        var series = await ReadAsync(api, "eventgateway_config_requests");

        series.ShouldNotContain(line => line.Contains("resource=\"EventTypes\"") || line.Contains("resource=\"eventTYPES\""));
    }

    [Fact]
    public async Task Counts_a_rotation_of_keys_as_an_update_of_the_function()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        foreach (var (space, path, status) in new[] { ("rotated", "/signing/rotate", 200), ("mistaken", "", 405) })
        {
            await api.SendAsync("POST", $"/v1/spaces/{space}/functions", """{"functionId":"f","type":"http","provider":{"url":"http://localhost/"}}""");
            (await api.SendAsync("POST", $"/v1/spaces/{space}/functions/f{path}", "{}")).Code.ShouldBe(status);
        }

        var series = await ReadAsync(api, "eventgateway_config_requests");

        Has(series, "rotated", "functions", "update").ShouldBeTrue(string.Join('\n', series));
        Has(series, "mistaken", "functions", "update").ShouldBeFalse();
    }

    [Fact]
    public async Task Keeps_a_limited_number_of_series_for_each_instrument()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        var counter = api.Services.GetRequiredService<IMeterFactory>().Create(GatewayMeter.Name).CreateCounter<long>("test_series");
        for (var i = 0; i < Metrics.MaxSeries + 1000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("value", i));
        }

        var series = await ReadAsync(api, "test_series");

        series.Length.ShouldBeInRange(Metrics.MaxSeries - 1, Metrics.MaxSeries + 1);
        series.ShouldContain(line => line.Contains("otel_metric_overflow=\"true\""));
    }

    private static bool Has(string[] series, string space, string resource, string operation) => series.Any(line =>
        line.Contains($"space=\"{space}\"") && line.Contains($"resource=\"{resource}\"") && line.Contains($"operation=\"{operation}\""));

    private static async Task<string[]> ReadAsync(ConfigApiFixture api, string instrument) =>
        [.. (await api.SendAsync("GET", "/metrics")).Body.Split('\n').Where(line => line.StartsWith(instrument, StringComparison.Ordinal))];
}
