using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>The standard environment variables of OpenTelemetry configure the export of traces and metrics.</summary>
public sealed class OtlpTests : IAsyncDisposable
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string SpanId = "00f067aa0ba902b7";

    private readonly FunctionServer _collector = new();
    private readonly FunctionServer _functions = new();

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        await _functions.DisposeAsync();
    }

    [Fact]
    public async Task Exports_metrics_and_the_call_as_part_of_the_senders_trace()
    {
        _collector["/v1/traces"] = _collector["/v1/metrics"] = new FunctionAnswer();
        await using var gateway = await StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Url("")));

        var traceparent = await CallAsync(gateway);

        var spans = await ExportedAsync("/v1/traces", "invoke http"u8.ToArray());
        Contains(spans, Convert.FromHexString(TraceId)).ShouldBeTrue();
        Contains(spans, Convert.FromHexString(SpanId)).ShouldBeTrue();
        Contains(spans, "event-gateway"u8).ShouldBeTrue();
        traceparent.ShouldStartWith($"00-{TraceId}-");
        traceparent.ShouldNotContain(SpanId);
        Contains(spans, Convert.FromHexString(traceparent.Split('-')[2])).ShouldBeTrue("the function receives the span of the call");
        await ExportedAsync("/v1/metrics", "eventgateway_function_call_seconds"u8.ToArray());
    }

    [Fact]
    public async Task Exports_only_traces_when_only_they_have_an_endpoint()
    {
        _collector["/own"] = new FunctionAnswer();
        await using var gateway = await StartAsync(
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", _collector.Url("/own")), ("OTEL_SERVICE_NAME", "orders-gateway"));

        await CallAsync(gateway);

        Contains(await ExportedAsync("/own", "invoke http"u8.ToArray()), "orders-gateway"u8).ShouldBeTrue();
        _collector.Calls().ShouldAllBe(call => call.Path == "/own");
    }

    [Fact]
    public async Task Forwards_the_senders_trace_unchanged_when_nothing_is_exported()
    {
        await using var gateway = await StartAsync();

        (await CallAsync(gateway)).ShouldBe($"00-{TraceId}-{SpanId}-01");
    }

    private static bool Contains(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> part) => bytes.IndexOf(part) >= 0;

    private static Task<GatewayProcess> StartAsync(params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return GatewayProcess.StartAsync(new GatewayOptions { Environment = environment });
    }

    // Calls a function and returns the traceparent that the function received.
    private async Task<string> CallAsync(GatewayProcess gateway)
    {
        await gateway.SubscribeAsync(_functions, "traced", FunctionAnswer.Of("""{"statusCode":200}"""), "/traced");
        var response = await gateway.Events.SendAsync(
            new RawRequest("POST", "/traced") { Headers = [new HttpField("traceparent", $"00-{TraceId}-{SpanId}-01")] });
        response.Status.ShouldBe(200, response.ToString());
        return _functions.Calls().ShouldHaveSingleItem().Headers.Find("traceparent").ShouldNotBeNull();
    }

    // Waits for an export to a path that contains these bytes.
    private async Task<byte[]> ExportedAsync(string path, byte[] part)
    {
        byte[]? body = null;
        await Eventually.TrueAsync(
            () => (body = _collector.Calls().FirstOrDefault(call => call.Path == path && Contains(call.Body, part))?.Body) is not null,
            $"{Encoding.ASCII.GetString(part)} is exported to {path}");
        return body!;
    }
}
