using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>The program's log.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task A_JSON_log_contains_one_object_per_line()
    {
        await using var gateway = await GatewayProcess.StartAsync("--log-format", "json", "--log-level", "debug");
        await gateway.StopAsync();

        var lines = gateway.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(l => JsonElement.Parse(l).ValueKind == JsonValueKind.Object);
    }

    [Fact]
    public async Task A_text_log_contains_the_ports_of_both_APIs()
    {
        await using var gateway = await GatewayProcess.StartAsync("--log-format", "text");
        await gateway.StopAsync();

        gateway.Output.ShouldContain($"{gateway.EventsPort}");
        gateway.Output.ShouldContain($"{gateway.ConfigPort}");
        gateway.Output.TrimStart().ShouldNotStartWith("{");
    }

    [Fact]
    public async Task The_builtin_function_log_writes_one_line_per_event()
    {
        await using var gateway = await GatewayProcess.StartAsync("--log-format", "json");
        (await gateway.Config.PostAsync("/v1/spaces/default/functions", """{"functionId":"log","type":"builtin","provider":{"name":"log"}}""")).Status.ShouldBe(201);
        (await gateway.Config.PostAsync("/v1/spaces/default/eventtypes", """{"name":"user.created"}""")).Status.ShouldBe(201);
        (await gateway.Config.PostAsync("/v1/spaces/default/subscriptions", """{"type":"async","eventType":"user.created","functionId":"log"}""")).Status.ShouldBe(201);

        var sent = await gateway.Events.SendAsync(RawRequest.With("POST", "/", "application/json", """{"name":"a\nb"}""", new HttpField("Event", "user.created")));

        sent.Status.ShouldBe(202);
        sent.Header("event-id").ShouldNotBeNullOrEmpty();
        await Eventually.TrueAsync(() => gateway.Output.Contains("user.created", StringComparison.Ordinal), "the event is in the log");
        await gateway.StopAsync();
        gateway.Output.Split('\n').Count(l => l.Contains("user.created", StringComparison.Ordinal)).ShouldBe(1, gateway.Output);
    }
}
