using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>More requests than fit in memory.</summary>
public sealed class MemoryLimitTests
{
    [Fact]
    public async Task Requests_without_room_get_503_and_the_others_are_served()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await StartAsync();
        var never = new TaskCompletionSource();
        await gateway.SubscribeAsync(
            functions, "hangs", FunctionAnswer.Of("{}") with { Until = never.Task }, "/hangs", "async", delivery: new JsonObject { ["guarantee"] = "atMostOnce" });
        await gateway.SubscribeAsync(functions, "slow", FunctionAnswer.Of("{}") with { Until = never.Task }, "/slow", "async");
        await gateway.SubscribeAsync(functions, "dead", FunctionAnswer.Of("{}") with { Close = true }, "/dead", "async");
        await gateway.SubscribeAsync(functions, "sync", FunctionAnswer.Of("""{"statusCode":200,"body":"done"}"""), "/sync");
        using var stop = new CancellationTokenSource();
        // In JSON each zero byte becomes six characters.
        var large = new byte[1_000_000];
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<(string Path, int Status), int>();

        var senders = Enumerable.Range(0, 12).Select(i => SendAsync(i < 4 ? "/hangs" : i < 6 ? "/slow" : "/dead", large)).Append(SendAsync("/sync", new byte[100])).ToList();
        await Eventually.TrueAsync(
            () => senders.Exists(static sender => sender.IsFaulted) || (statuses.GetValueOrDefault(("/sync", 200)) > 50
                && statuses.Where(static status => status.Key.Status is 503).Sum(static status => status.Value) > 100
                && statuses.Where(static status => status.Key.Status is 202).Sum(static status => status.Value) > 20),
            "requests have been refused for lack of memory",
            TimeSpan.FromSeconds(90));
        await stop.CancelAsync();
        await Task.WhenAll(senders);

        statuses.Keys.Select(static key => key.Status).ShouldBeSubsetOf([200, 202, 503]);
        gateway.Output.ShouldNotContain("OutOfMemory");
        gateway.Output.ShouldNotContain("Unexpected error");
        (await gateway.Config.GetAsync("/livez")).Status.ShouldBe(200);
        never.SetResult();

        async Task SendAsync(string path, byte[] body)
        {
            while (!stop.IsCancellationRequested)
            {
                var response = await gateway.Events.SendAsync(new RawRequest("POST", path) { Body = body });
                statuses.AddOrUpdate((path, response.Status), 1, static (_, count) => count + 1);
            }
        }
    }

    [Fact]
    public async Task Limits_the_total_memory_of_incomplete_bodies()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await StartAsync();
        await gateway.SubscribeAsync(functions, "sync", FunctionAnswer.Of("""{"statusCode":200,"body":"done"}"""), "/sync");
        var open = new List<Stream>();
        try
        {
            // Each request sends its body except the end.
            for (var i = 0; i < 100; i++)
            {
                var connection = await AnnounceAsync(gateway, open, 1000000);
                try
                {
                    await connection.WriteAsync(new byte[900_000], TestContext.Current.CancellationToken);
                }
                catch (IOException)
                {
                    // The gateway has already refused the request.
                }
            }

            await Eventually.TrueAsync(
                async () => (await gateway.Config.GetAsync("/metrics")).Text.Contains("""eventgateway_overload_refusals_total{reason="request_memory"}""", StringComparison.Ordinal),
                "some requests are refused");
            (await gateway.Events.PostAsync("/sync", "{}")).Status.ShouldBe(200);
            (await gateway.Events.SendAsync(new RawRequest("GET", "/livez") { Body = new byte[900_000] })).Status.ShouldBe(200);
        }
        finally
        {
            await CloseAsync(open);
        }

        await Eventually.TrueAsync(async () => (await gateway.Events.PostAsync("/sync", new string('1', 900_000))).Status == 200, "large requests are served again");
    }

    [Fact]
    public async Task Announced_bodies_reserve_little_memory()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await StartAsync();
        await gateway.SubscribeAsync(functions, "sync", FunctionAnswer.Of("""{"statusCode":200,"body":"done"}"""), "/sync");
        var open = new List<Stream>();
        try
        {
            for (var i = 0; i < 850; i++)
            {
                await AnnounceAsync(gateway, open, 16383);
            }

            (await gateway.Events.PostAsync("/sync", new string('1', 16_000))).Status.ShouldBe(200);
            (await gateway.Config.GetAsync("/metrics")).Text.ShouldNotContain("request_memory");
        }
        finally
        {
            await CloseAsync(open);
        }
    }

    private static Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new GatewayOptions
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = "0xC800000" },
    });

    // Sends only the headers of a request with a body.
    private static async Task<Stream> AnnounceAsync(GatewayProcess gateway, List<Stream> open, int bytes)
    {
        var connection = await gateway.Events.ConnectAsync(TestContext.Current.CancellationToken);
        open.Add(connection);
        var request = new RawRequest("POST", "/sync") { Headers = [new HttpField("Content-Length", $"{bytes}")] };
        await connection.WriteAsync(request.ToBytes(), TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task CloseAsync(List<Stream> connections)
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }
}
