using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>Text from clients and functions cannot forge log lines.</summary>
public sealed class LogForgeryTests
{
    // ESC, CR, LF, NEL, CSI, LS, PS, right-to-left override, isolate, zero width space, DEL.
    private const string Evil = "a\u001b[31mb\r\nFORGED info: c\u0085\u009b\u2028\u2029\u202e\u2066\u200b\u007fd";

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task No_request_can_forge_a_log_line(string format)
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--log-format", format, "--log-level", "debug");
        await CreateAsync(gateway, "functions", """{"functionId":"log","type":"builtin","provider":{"name":"log"}}""");
        await CreateAsync(gateway, "eventtypes", """{"name":"logged"}""");
        await CreateAsync(gateway, "subscriptions", """{"type":"async","eventType":"logged","functionId":"log","path":"/log","method":"POST"}""");
        var answer = new FunctionAnswer { Status = 500, Body = Evil, Headers = [new HttpField("X-Answer", "\u001b[31m\u202e")] };
        await gateway.SubscribeAsync(functions, "sync", answer, "/sync");
        await gateway.SubscribeAsync(functions, "async", answer, "/async", "async", "logged", newType: false, delivery: new JsonObject { ["guarantee"] = "atMostOnce" });
        await gateway.SubscribeAsync(functions, "malformed", FunctionAnswer.Of(Evil), "/malformed");

        await SendEventsAsync(gateway);
        await SendBrokenRequestsAsync(gateway);
        await SendConfigurationAsync(gateway);
        await Eventually.TrueAsync(() => gateway.Output.Contains("Delivery failed: function default/async", StringComparison.Ordinal), "the failed delivery is in the log");
        await Eventually.TrueAsync(() => gateway.Output.Contains("data-of-the-event", StringComparison.Ordinal), "the event is in the log");
        await gateway.StopAsync();

        var lines = gateway.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldNotContain(static line => line.StartsWith("FORGED", StringComparison.Ordinal));
        string.Concat(lines).ShouldAllBe(static c => !char.IsControl(c) && !"\u2028\u2029\u202e\u2066\u200b".Contains(c));
        if (format is "json")
        {
            lines.ShouldAllBe(static line => JsonElement.Parse(line).ValueKind == JsonValueKind.Object);
        }
        else
        {
            lines.ShouldAllBe(static line => char.IsAsciiDigit(line[0]));
        }
    }

    private static async Task CreateAsync(GatewayProcess gateway, string resources, string resource) =>
        (await gateway.Config.PostAsync($"/v1/spaces/default/{resources}", resource)).Status.ShouldBe(201);

    private static async Task SendEventsAsync(GatewayProcess gateway)
    {
        foreach (var path in (string[])["/log", "/async"])
        {
            var cloudEvent = new JsonObject
            {
                ["specversion"] = "1.0",
                ["id"] = Evil,
                ["type"] = "logged",
                ["source"] = "/source",
                ["subject"] = Evil,
                ["extension"] = Evil,
                ["data"] = "data-of-the-event" + Evil,
            };
            await gateway.Events.SendAsync(RawRequest.With("POST", path, "application/cloudevents+json", cloudEvent.ToJsonString()));
            await gateway.Events.SendAsync(RawRequest.With("POST", path, "text/plain", "data-of-the-event" + Evil, new HttpField("Event", "logged")));
        }

        foreach (var path in (string[])["/sync", "/malformed"])
        {
            await gateway.Events.SendAsync(RawRequest.With("POST", path, "text/plain", Evil, new HttpField("X-Sent", "\u001b[31m\u202e")));
        }
    }

    private static async Task SendBrokenRequestsAsync(GatewayProcess gateway)
    {
        await gateway.Events.SendAsync(Encoding.UTF8.GetBytes($"POST /{Uri.EscapeDataString(Evil)} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
        await gateway.Events.SendAsync(Encoding.UTF8.GetBytes("POST /\u001b[31m\u202e HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
        await gateway.Events.SendAsync(Encoding.UTF8.GetBytes("P\u001bST / HTTP/1.1\r\nHost: \u001b[31m\r\n\r\n"));
        await gateway.Events.SendAsync(Encoding.UTF8.GetBytes("POST / HTTP/1.1\r\nHost: x\r\nEvent: \u001b[31m\u202e\r\nContent-Length: \u001b\r\n\r\n"));
        await gateway.Events.SendAsync(RawRequest.With("POST", "/", "text/\u001b[31m\u202e", Evil, new HttpField("Event", "logged\u001b\u202e")));
    }

    private static async Task SendConfigurationAsync(GatewayProcess gateway)
    {
        foreach (var resources in (string[])["functions", "eventtypes", "subscriptions", "cors"])
        {
            var resource = new JsonObject { ["name"] = Evil, ["functionId"] = Evil, ["type"] = Evil, ["eventType"] = Evil, ["path"] = "/" + Evil, [Evil] = Evil };
            await gateway.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
            await gateway.Config.PostAsync($"/v1/spaces/{Uri.EscapeDataString(Evil)}/{resources}", "{}");
            await gateway.Config.GetAsync($"/v1/spaces/default/{resources}/{Uri.EscapeDataString(Evil)}");
        }

        var function = new JsonObject
        {
            ["functionId"] = "labelled",
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = "http://127.0.0.1:1/" },
            ["metadata"] = new JsonObject { ["note"] = Evil },
        };
        await gateway.Config.PostAsync("/v1/spaces/default/functions", function.ToJsonString());
    }
}
