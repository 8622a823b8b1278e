using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Plugins;

/// <summary>The example plug-in in the real program.</summary>
public sealed class RejectingPluginTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();
    private GatewayProcess _gateway = null!;

    private string Journal => Path.Combine(_directory.Path, "journal");

    public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(new GatewayOptions
    {
        Arguments = ["--plugin", PluginPaths.Rejecting],
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["REJECTING_PLUGIN"] = $"--reject order.cancelled --refuse billing --refuse guarded --refuse raw --journal {Journal}",
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _functions.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Rejects_events_with_a_message_and_receives_events_about_calls()
    {
        var placed = await SubscribeAsync("shipping", "/", "async", "order.placed");
        var cancelled = await SubscribeAsync("refunds", "/", "async", "order.cancelled");

        var refused = await SendAsync("order.cancelled");
        var accepted = await SendAsync("order.placed");
        var batch = await _gateway.Events.SendAsync(new RawRequest("POST", "/")
        {
            Headers = [new("Content-Type", "application/cloudevents-batch+json")],
            Body = """[{"specversion":"1.0","type":"order.placed","source":"/","id":"3"},{"specversion":"1.0","type":"order.cancelled","source":"/","id":"4"}]"""u8.ToArray(),
        });

        refused.Status.ShouldBe(403, refused.ToString());
        refused.Errors.ShouldBe(["Events of the type order.cancelled are rejected."]);
        accepted.Status.ShouldBe(202, accepted.ToString());
        batch.Status.ShouldBe(403, batch.ToString());
        batch.Errors.ShouldBe(["[1]: Events of the type order.cancelled are rejected."]);
        await _functions.WaitForAsync(1);
        await JournalHasAsync("shipping took order.placed");
        _functions.Calls(0).ShouldHaveSingleItem().Path.ShouldBe(placed);
        cancelled.ShouldNotBe(placed);

        var metrics = (await _gateway.Config.GetAsync("/metrics")).Text;
        metrics.ShouldContain("""eventgateway_plugin_calls_total{outcome="stopped",plugin="RejectingPlugin.Gatekeeper",type="eventgateway.event.received"} 2""");

        // The gateway uses another version of the same library.
        (await ReadJournalAsync()).ShouldStartWith("Settings read by System.CommandLine 2.0.");

        (await _gateway.StopAsync()).ShouldBe(0, _gateway.Output);
    }

    [Fact]
    public async Task Rejects_calls_of_functions()
    {
        await SubscribeAsync("billing", "/", "async", "order.billed");
        await SubscribeAsync("guarded", "/guarded", "sync", null);
        await SubscribeAsync("raw", "/raw", "sync", null, new JsonObject { ["responseMode"] = "raw", ["requestMode"] = "raw" });

        (await SendAsync("order.billed")).Status.ShouldBe(202);
        foreach (var name in (string[])["guarded", "raw"])
        {
            var refused = await _gateway.Events.PostAsync("/" + name, "{}");
            refused.Status.ShouldBe(403, refused.ToString());
            refused.Errors.ShouldBe([$"Calls of the function {name} are rejected."]);
        }

        await Eventually.TrueAsync(
            async () => (await _gateway.Config.GetAsync("/v1/spaces/default/deadletters")).Text.Contains("Calls of the function billing are rejected.", StringComparison.Ordinal),
            "the delivery is a dead letter with its reason");
        _functions.Count.ShouldBe(0);
    }

    private Task<RawResponse> SendAsync(string type) => _gateway.Events.SendAsync(new RawRequest("POST", "/")
    {
        Headers = [new("Content-Type", "application/cloudevents+json")],
        Body = System.Text.Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","type":"{{type}}","source":"/","id":"1"}"""),
    });

    private Task<string> SubscribeAsync(string name, string path, string type, string? eventType, JsonObject? more = null) =>
        _gateway.SubscribeAsync(_functions, name, FunctionAnswer.Of("{}"), path, type, eventType, more: more);

    private Task JournalHasAsync(string text) =>
        Eventually.TrueAsync(async () => (await ReadJournalAsync()).Contains(text, StringComparison.Ordinal), $"the journal contains \"{text}\"");

    private async Task<string> ReadJournalAsync()
    {
        await using var file = new FileStream(Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }
}
