using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Microsoft.Data.Sqlite;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Waiting deliveries are dropped when their subscription is deleted through the API, and for no other reason.</summary>
public sealed class OrphanTests : IAsyncDisposable
{
    private const string Type = "t.e";
    private const int Events = 30;

    private static readonly JsonObject Retries = new() { ["backoffDelay"] = "PT0.2S", ["maxDelay"] = "PT0.2S" };

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deliveries_wait_after_an_older_configuration_was_restored_until_the_subscription_is_back(bool crashes)
    {
        await using (var gateway = await StartAsync())
        {
            await gateway.SubscribeAsync(_functions, "a", new FunctionAnswer(), "/a", "async", Type);
            (await gateway.StopAsync()).ShouldBe(0);
        }

        Copy(from: _directory.Path, to: Path.Combine(_directory.Path, "backup"));
        string[] sent;
        await using (var gateway = await StartAsync())
        {
            await SubscribeAsync(gateway, 500);
            sent = await SendAsync(gateway, Events);
            await WaitForMetricAsync(gateway, "eventgateway_deliveries_waiting", Events);
            await (crashes ? gateway.KillAsync() : gateway.StopAsync());
        }

        Copy(from: Path.Combine(_directory.Path, "backup"), to: _directory.Path);
        if (crashes)
        {
            await using var gateway = await StartAsync();
            await WaitForMetricAsync(gateway, "eventgateway_orphaned_deliveries", Events);
            await gateway.KillAsync();
        }

        var calls = CallsOf("b").Length;
        await using (var gateway = await StartAsync())
        {
            await WaitForMetricAsync(gateway, "eventgateway_orphaned_deliveries", Events);
            await WaitForMetricAsync(gateway, "eventgateway_deliveries_waiting", Events);
            (await StateOfAsync(gateway, sent[0])).ShouldBe("orphaned");
            await Eventually.TrueAsync(() => gateway.Output.Contains($"{Events} deliveries are held", StringComparison.Ordinal), "the log contains the number of held deliveries");
            gateway.Output.Split("deliveries are held").Length.ShouldBe(2, "one line for the subscription");
            CallsOf("b").Length.ShouldBe(calls);

            await SubscribeAsync(gateway, 200);

            await Eventually.TrueAsync(() => CallsOf("b").Length == calls + Events, "all events are delivered");
            CallsOf("b")[calls..].ShouldBe(sent, ignoreOrder: true);
            await WaitForMetricAsync(gateway, "eventgateway_orphaned_deliveries", 0);
            await WaitForMetricAsync(gateway, "eventgateway_deliveries_waiting", 0);
            await WaitForMetricAsync(gateway, "eventgateway_events_dropped_total", 0);
        }
    }

    [Theory]
    [InlineData("config.db", null, false)]
    [InlineData("config.db", null, true)]
    [InlineData("config.db", 0, false)]
    [InlineData("config.db", 0, true)]
    [InlineData("config.db-wal", null, true)]
    public async Task A_lost_configuration_loses_no_waiting_delivery(string file, int? length, bool crashes)
    {
        const int events = 300;
        string[] sent;
        await using (var gateway = await StartAsync())
        {
            await SubscribeAsync(gateway, 500);
            sent = await SendAsync(gateway, events);
            await (crashes ? gateway.KillAsync() : gateway.StopAsync());
        }

        Lose(file, length);
        await using (var refused = GatewayProcess.Launch(new GatewayOptions { DataDirectory = _directory.Path }))
        {
            (await refused.WaitForExitAsync()).ShouldNotBe(0);
            refused.Output.ShouldContain(file);
        }

        // Without config.db-shm too, the program starts with the configuration that it had before the changes in the log.
        var isLog = file.EndsWith("-wal", StringComparison.Ordinal);
        if (isLog)
        {
            Lose("config.db-shm", null);
        }

        var calls = CallsOf("b").Length;
        await using (var gateway = await StartAsync(isLog ? [] : ["--accept-missing-files"]))
        {
            await WaitForMetricAsync(gateway, "eventgateway_orphaned_deliveries", events);
            await SubscribeAsync(gateway, 200);

            await Eventually.TrueAsync(() => CallsOf("b").Length >= calls + events, "all events are delivered");
            CallsOf("b")[calls..].ShouldBe(sent, ignoreOrder: true);
            await WaitForMetricAsync(gateway, "eventgateway_deliveries_waiting", 0);
            await WaitForMetricAsync(gateway, "eventgateway_events_dropped_total", 0);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_acknowledged_deletion_survives_a_crash(bool recreate)
    {
        string[] before;
        var after = Array.Empty<string>();
        await using (var gateway = await StartAsync())
        {
            var id = await SubscribeAsync(gateway, 500);
            before = await SendAsync(gateway, Events);
            await DeleteAsync(gateway, id);
            if (recreate)
            {
                await SubscribeAsync(gateway, 500);
                after = await SendAsync(gateway, 1);
            }

            await gateway.KillAsync();
        }

        var calls = CallsOf("b").Length;
        await using (var gateway = await StartAsync())
        {
            if (!recreate)
            {
                await WaitForMetricAsync(gateway, "eventgateway_deliveries_waiting", 0);
                await SubscribeAsync(gateway, 200);
                after = await SendAsync(gateway, 1);
            }

            _functions["/b"] = new FunctionAnswer();
            // Metrics are updated with a delay. The state comes from the store and is current.
            await Eventually.TrueAsync(async () => await StateOfAsync(gateway, after[0]) is "delivered", "the event after the deletion is delivered");
            await WaitForMetricAsync(gateway, "eventgateway_deliveries_waiting", 0);
            CallsOf("b")[calls..].Distinct().ShouldBe(after);
            foreach (var id in before)
            {
                (await StateOfAsync(gateway, id)).ShouldBe("dropped");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deletion_that_the_delivery_store_could_not_store_is_completed_later(bool crashes)
    {
        string[] before;
        var gateway = await StartAsync();
        await using (gateway)
        {
            var id = await SubscribeAsync(gateway, 500);
            before = await SendAsync(gateway, Events);
            using (LockDeliveries())
            {
                var deleted = await gateway.Config.SendAsync(new RawRequest("DELETE", $"/v1/spaces/default/subscriptions/{id}"));
                deleted.Status.ShouldBe(503, deleted.ToString());
                (await gateway.Config.PostAsync("/v1/spaces/default/subscriptions", Subscription().ToJsonString())).Status.ShouldBe(503);
                if (crashes)
                {
                    await gateway.KillAsync();
                }
            }

            if (!crashes)
            {
                await ShouldBeDroppedAsync(gateway, before);
            }
        }

        if (crashes)
        {
            await using var next = await StartAsync();
            await ShouldBeDroppedAsync(next, before);
            next.Output.ShouldNotContain("are held");
            next.Output.ShouldContain($"{Events} deliveries are dropped");
        }
    }

    [Fact]
    public async Task A_deletion_under_load_leaves_no_waiting_delivery()
    {
        await using var gateway = await StartAsync();
        var id = await SubscribeAsync(gateway, 200);
        using var stop = new CancellationTokenSource();
        var sender = new Sender();
        var sending = sender.SendAsync(gateway, 4, "/b", Type, stop.Token);
        for (var round = 1; round <= 10; round++)
        {
            var accepted = sender.Accepted.Count;
            await Eventually.TrueAsync(() => sender.Accepted.Count > accepted + 20, "events are accepted");
            await DeleteAsync(gateway, id);
            if (round < 10)
            {
                await SubscribeAsync(gateway, 200);
            }
        }

        await stop.CancelAsync();
        await sending;

        await WaitForMetricAsync(gateway, "eventgateway_deliveries_waiting", 0);
        await WaitForMetricAsync(gateway, "eventgateway_orphaned_deliveries", 0);
        gateway.Output.ShouldNotContain("are held");
    }

    private Task<GatewayProcess> StartAsync(params string[] arguments) =>
        GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = _directory.Path, Arguments = arguments });

    // Deletes a file or cuts it to a length. Fails when the file does not exist.
    private void Lose(string file, int? length)
    {
        using (var opened = File.Open(Path.Combine(_directory.Path, file), FileMode.Open, FileAccess.ReadWrite))
        {
            opened.SetLength(length ?? opened.Length);
        }

        if (length is null)
        {
            File.Delete(Path.Combine(_directory.Path, file));
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(to, "config.db*"))
        {
            File.Delete(file);
        }

        foreach (var file in Directory.EnumerateFiles(from, "config.db*"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    // Subscribes function b and returns the subscription's id. Keeps an existing event type and function.
    private async Task<string> SubscribeAsync(GatewayProcess gateway, int status)
    {
        _functions["/b"] = new FunctionAnswer { Status = status };
        await gateway.Config.PostAsync("/v1/spaces/default/eventtypes", new JsonObject { ["name"] = Type }.ToJsonString());
        await gateway.Config.PostAsync(
            "/v1/spaces/default/functions",
            new JsonObject { ["functionId"] = "b", ["type"] = "http", ["provider"] = new JsonObject { ["url"] = _functions.Url("/b") } }.ToJsonString());
        var created = await gateway.Config.PostAsync("/v1/spaces/default/subscriptions", Subscription().ToJsonString());
        created.Status.ShouldBe(201, created.ToString());
        return created.Json["subscriptionId"]!.GetValue<string>();
    }

    private static JsonObject Subscription() => new()
    {
        ["type"] = "async",
        ["eventType"] = Type,
        ["functionId"] = "b",
        ["path"] = "/b",
        ["method"] = "POST",
        ["delivery"] = Retries.DeepClone(),
    };

    // The subscription is created again and must receive only new events.
    private async Task ShouldBeDroppedAsync(GatewayProcess gateway, string[] before)
    {
        var calls = CallsOf("b").Length;
        await SubscribeAsync(gateway, 200);
        var after = await SendAsync(gateway, 1);
        await Eventually.TrueAsync(async () => await StateOfAsync(gateway, after[0]) is "delivered", "the event after the deletion is delivered");
        await WaitForMetricAsync(gateway, "eventgateway_deliveries_waiting", 0);
        await WaitForMetricAsync(gateway, "eventgateway_orphaned_deliveries", 0);
        CallsOf("b")[calls..].ShouldBe(after);
        foreach (var id in before)
        {
            (await StateOfAsync(gateway, id)).ShouldBe("dropped");
        }
    }

    // The program cannot write to the first file of deliveries until the connection is disposed.
    private SqliteConnection LockDeliveries()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, "deliveries", "1.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    private static async Task DeleteAsync(GatewayProcess gateway, string subscriptionId)
    {
        var deleted = await gateway.Config.SendAsync(new RawRequest("DELETE", $"/v1/spaces/default/subscriptions/{subscriptionId}"));
        deleted.Status.ShouldBe(204, deleted.ToString());
    }

    // Returns the ids of the events.
    private static async Task<string[]> SendAsync(GatewayProcess gateway, int count)
    {
        var ids = Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString("N")).ToArray();
        foreach (var id in ids)
        {
            var sent = await gateway.Events.SendAsync(RawRequest.With(
                "POST", "/b", "application/cloudevents+json", $$"""{"specversion":"1.0","id":"{{id}}","type":"{{Type}}","source":"/shop"}"""));
            sent.Status.ShouldBe(202, sent.ToString());
        }

        return ids;
    }

    private string[] CallsOf(string function) =>
        [.. _functions.Calls().Where(call => call.Path == "/" + function).Select(call => call.Json["id"]!.GetValue<string>())];

    private static async Task<string> StateOfAsync(GatewayProcess gateway, string eventId)
    {
        var logged = await gateway.Config.GetAsync($"/v1/spaces/default/events/{eventId}");
        return logged.Json["deliveries"]!.AsArray().Single()!["state"]!.GetValue<string>();
    }

    private static Task WaitForMetricAsync(GatewayProcess gateway, string name, double value) => Eventually.TrueAsync(
        async () => MetricOf((await gateway.Config.GetAsync("/metrics")).Text, name) == value, $"{name} is {value}");

    // Returns the sum over all labels, or 0 when the metric does not exist yet.
    private static double MetricOf(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
}
