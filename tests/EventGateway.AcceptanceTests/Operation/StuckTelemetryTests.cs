using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>Receivers of metrics, traces and system events hang. Requests are served as usual.</summary>
public sealed class StuckTelemetryTests : IAsyncDisposable
{
    private const int Requests = 200;

    private readonly FunctionServer _functions = new();
    private readonly FunctionServer _stuck = new();
    private readonly TaskCompletionSource _never = new();

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        await _stuck.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_metrics_delays_no_other()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        // More metrics than fit in the buffers of the connection.
        await Parallel.ForAsync(0, 6000, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
            (await gateway.Config.PostAsync($"/v1/spaces/a-space-with-a-rather-long-name-{i}/eventtypes", """{"name":"x"}""")).Status.ShouldBe(201));
        using var slow = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(IPAddress.Loopback, gateway.ConfigPort, TestContext.Current.CancellationToken);
        await slow.SendAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        // The gateway has begun to send the metrics.
        (await slow.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken)).ShouldBe(1);

        for (var i = 0; i < 3; i++)
        {
            var metrics = await gateway.Config.GetAsync("/metrics");
            (metrics.Status, metrics.Incomplete).ShouldBe((200, false));
            metrics.Text.Length.ShouldBeGreaterThan(2_000_000);
        }
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_collector_that_never_answers_delays_no_request(string protocol)
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{((IPEndPoint)collector.LocalEndpoint).Port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BSP_MAX_QUEUE_SIZE"] = "64",
            ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "16",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        };
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { Environment = environment, Arguments = ["--shutdown-timeout", "1"] });
        await gateway.SubscribeAsync(_functions, "sync", FunctionAnswer.Of("""{"statusCode":200}"""), "/sync");

        await CallAsync(gateway);

        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
    }

    [Theory]
    [InlineData("atLeastOnce")]
    [InlineData("atMostOnce")]
    public async Task A_subscriber_of_system_events_that_hangs_delays_no_request(string guarantee)
    {
        await using var gateway = await GatewayProcess.StartAsync(
            "--shutdown-timeout", "1", "--workers-backlog", "100", "--delivery-backlog-size", "100000");
        await gateway.SubscribeAsync(_functions, "sync", FunctionAnswer.Of("""{"statusCode":200}"""), "/sync");
        foreach (var type in (string[])["eventgateway.event.received", "eventgateway.function.invoking", "eventgateway.function.invoked"])
        {
            await gateway.SubscribeAsync(
                _stuck, type.Replace('.', '-'), new FunctionAnswer { Until = _never.Task }, "/", "async", type, new JsonObject { ["guarantee"] = guarantee }, newType: false);
        }

        await CallAsync(gateway);

        await Eventually.TrueAsync(
            async () => (await gateway.Config.GetAsync("/metrics")).Text.Split('\n').Any(static line =>
                line.StartsWith("eventgateway_events_dropped_total", StringComparison.Ordinal) && line.Contains("type=\"eventgateway.", StringComparison.Ordinal)),
            "dropped system events are counted");
        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
    }

    private static Task CallAsync(GatewayProcess gateway) =>
        Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
            (await gateway.Events.SendAsync(RawRequest.With("POST", "/sync", "text/plain", new string('x', 1000)))).Status.ShouldBe(200));
}
