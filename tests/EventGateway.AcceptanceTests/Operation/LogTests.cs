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

    [Fact]
    public async Task A_JSON_log_has_the_fields_that_tools_read()
    {
        await using var gateway = await GatewayProcess.StartAsync("--log-format", "json");
        (await gateway.Config.PostAsync(EventTypes, """{"name":"user.created"}""")).Status.ShouldBe(201);

        var line = (await LinesAsync(gateway, "ConfigWritten", 1))[0];

        line.EnumerateObject().Select(static field => field.Name).ShouldBe(
            ["timestamp", "level", "message", "event", "code", "logger", "kind", "space", "id", "change", "revision", "remoteAddress"]);
        DateTimeOffset.Parse(line.GetProperty("timestamp").GetString()!, System.Globalization.CultureInfo.InvariantCulture).Offset.ShouldBe(TimeSpan.Zero);
        line.GetProperty("level").GetString().ShouldBe("info");
        line.GetProperty("code").GetInt32().ShouldBe(130);
        line.GetProperty("message").GetString().ShouldBe("EventType default/user.created created at revision 1 by 127.0.0.1.");
    }

    [Fact]
    public async Task Each_write_of_the_configuration_has_one_line()
    {
        await using var gateway = await GatewayProcess.StartAsync("--log-format", "json");
        (await gateway.Config.PostAsync(EventTypes, """{"name":"user.created"}""")).Status.ShouldBe(201);
        (await gateway.Config.PostAsync(EventTypes, """{"name":"user.created"}""")).Status.ShouldBe(409);
        (await gateway.Config.SendAsync(RawRequest.With("PUT", $"{EventTypes}/user.created", "application/json", """{"name":"user.created","metadata":{"a":"b"}}"""))).Status.ShouldBe(200);
        (await gateway.Config.SendAsync(new RawRequest("DELETE", $"{EventTypes}/user.created"))).Status.ShouldBe(204);

        var lines = await LinesAsync(gateway, "ConfigWritten", 3);

        lines.Select(static line => $"{line.GetProperty("change")} {line.GetProperty("id")} {line.GetProperty("revision")}")
            .ShouldBe(["created user.created 1", "updated user.created 2", "deleted user.created 3"]);
    }

    [Fact]
    public async Task A_debug_log_tells_what_happened_to_an_event_and_nothing_of_the_framework()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--log-format", "json", "--log-level", "debug");
        await gateway.SubscribeAsync(functions, "f", new FunctionAnswer(), "/f", "async", "user.created");
        var sent = await gateway.Events.SendAsync(RawRequest.With("POST", "/f?key=secret", "application/json", "{}", new HttpField("Event", "user.created")));
        var id = sent.Header("event-id");

        await LinesAsync(gateway, "DeliverySettled", 1);
        await gateway.StopAsync();

        var lines = Lines(gateway);
        lines.Where(line => line.TryGetProperty("eventId", out var eventId) && eventId.GetString() == id)
            .Select(static line => line.GetProperty("event").GetString())
            .ShouldBe(["EventReceived", "EventAccepted", "FunctionCalled", "DeliverySettled"], ignoreOrder: true);
        lines.ShouldAllBe(static line => line.GetProperty("logger").GetString()!.StartsWith("EventGateway", StringComparison.Ordinal));
        gateway.Output.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_warning_says_that_the_configuration_is_open()
    {
        await using var gateway = await GatewayProcess.StartAsync("--insecure");
        await Eventually.TrueAsync(() => gateway.Output.Contains("warn: EventGateway[104] --insecure: the Configuration API has no authentication", StringComparison.Ordinal), "the warning is written");
    }

    [Fact]
    public async Task A_line_names_each_plug_in_that_is_loaded()
    {
        await using var gateway = await GatewayProcess.StartAsync("--plugin", Plugins.PluginPaths.Rejecting);
        await Eventually.TrueAsync(() => gateway.Output.Contains($" of {Plugins.PluginPaths.Rejecting} for eventgateway.event.received", StringComparison.Ordinal), "the plug-in is named");
    }

    private const string EventTypes = "/v1/spaces/default/eventtypes";

    private static async Task<List<JsonElement>> LinesAsync(GatewayProcess gateway, string name, int count)
    {
        await Eventually.TrueAsync(() => Named().Count == count, $"{count} lines have the event {name}");
        return Named();

        List<JsonElement> Named() => [.. Lines(gateway).Where(line => line.GetProperty("event").GetString() == name)];
    }

    private static List<JsonElement> Lines(GatewayProcess gateway) =>
        [.. gateway.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))];
}
