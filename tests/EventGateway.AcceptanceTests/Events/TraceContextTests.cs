using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The gateway forwards the sender's trace context to the function (W3C Trace Context, level 2).</summary>
public sealed class TraceContextTests(TraceContextTests.TracedGateway traced, RunningGateway running)
    : IClassFixture<TraceContextTests.TracedGateway>, IClassFixture<RunningGateway>
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string SpanId = "00f067aa0ba902b7";
    private const string Parent = $"00-{TraceId}-{SpanId}-01";

    [Fact]
    public async Task Forwards_the_trace_context_as_headers_and_extension()
    {
        var path = $"/{running.NewName()}";
        var function = await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":200}"""), path);

        var response = await running.Events.SendAsync(new RawRequest("POST", path)
        {
            Headers = [new HttpField("traceparent", Parent), new HttpField("tracestate", "vendor=1")],
        });

        response.Status.ShouldBe(200, response.ToString());
        var call = running.Functions.Calls().ShouldHaveSingleItemOf(function);
        call.Headers.ShouldContain(new HttpField("traceparent", Parent));
        call.Headers.ShouldContain(new HttpField("tracestate", "vendor=1"));
        call.Json["traceparent"]!.GetValue<string>().ShouldBe(Parent);
    }

    // What is not valid would become an attribute of the event and a header of the call.
    [Theory]
    [InlineData("not a trace", "vendor=1", null, null)]
    [InlineData(Parent + "|" + Parent, "vendor=1", null, null)]
    [InlineData(Parent, "vendor=1,vendor=2", Parent, null)]
    [InlineData(Parent, "a=1\t,\tb=2|c=3", Parent, "a=1,b=2,c=3")]
    public async Task An_event_gets_only_what_is_valid(string parents, string states, string? parent, string? state)
    {
        var path = $"/{running.NewName()}";
        var function = await running.SubscribeAsync(FunctionAnswer.Of("{}"), path);

        (await running.Events.SendAsync(new RawRequest("POST", path) { Headers = Fields(parents, states) })).Status.ShouldBe(200);

        var call = running.Functions.Calls().ShouldHaveSingleItemOf(function);
        (call.Headers.Find("traceparent"), call.Headers.Find("tracestate")).ShouldBe((parent, state));
        (call.Json["traceparent"]?.GetValue<string>(), call.Json["tracestate"]?.GetValue<string>()).ShouldBe((parent, state));
    }

    [Theory]
    // Section 4.2: the trace goes on with another parent-id. The random flag stays (3.2.2.3.2).
    [InlineData($"00-{TraceId}-{SpanId}-01", "", "01", null)]
    [InlineData($"00-{TraceId}-{SpanId}-03", "", "03", null)]
    [InlineData($"cc-{TraceId}-{SpanId}-01", "a=1", "01", "a=1")]
    [InlineData($"cc-{TraceId}-{SpanId}-01-more", "a=1", "01", "a=1")]
    // Section 3.3: a malformed tracestate is dropped, and the trace goes on.
    [InlineData(Parent, "a=1|b=2,c=3", "01", "a=1,b=2,c=3")]
    [InlineData(Parent, "a=1 \t , \t b=2|", "01", "a=1,b=2")]
    [InlineData(Parent, "a=1,a=2", "01", null)]
    [InlineData(Parent, "A=1", "01", null)]
    [InlineData(Parent, "a=,b=1", "01", null)]
    // Section 3.2: a new trace, whose trace-id is random.
    [InlineData("", "a=1", null, null)]
    [InlineData(Parent + "|" + Parent, "a=1", null, null)]
    [InlineData($"ff-{TraceId}-{SpanId}-01", "a=1", null, null)]
    [InlineData($"cc-{TraceId}-{SpanId}-01.more", "a=1", null, null)]
    public async Task A_traced_call_goes_on_with_a_valid_trace_and_begins_one_otherwise(string parents, string states, string? flags, string? state)
    {
        foreach (var mode in (string?[])["requestMode", "responseMode", null])
        {
            var name = traced.NewName();
            var answer = FunctionAnswer.Of("{}");
            traced.Functions[$"/{name}/{name}"] = answer;
            var more = mode is null ? [] : new JsonObject { [mode] = "raw" };
            await traced.Gateway.SubscribeAsync(traced.Functions, name, answer, "/" + name, more: more);

            (await traced.Gateway.Events.SendAsync(new RawRequest("POST", "/" + name) { Headers = Fields(parents, states) })).Status.ShouldBe(200);

            var headers = traced.Functions.Calls().Single(call => call.Path.StartsWith("/" + name, StringComparison.Ordinal)).Headers;
            var parts = headers.Single(header => header.Name.Equals("traceparent", StringComparison.OrdinalIgnoreCase)).Value.Split('-');
            (parts[0], parts[3], parts[1] == TraceId, parts.Length).ShouldBe(("00", flags ?? "03", flags is not null, 4));
            parts[2].ShouldNotBe(SpanId);
            headers.Find("tracestate").ShouldBe(state);
        }
    }

    private static HttpField[] Fields(string parents, string states) =>
    [
        .. parents.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static parent => new HttpField("TraceParent", parent)),
        .. states.Split('|').Select(static state => new HttpField("TraceState", state)),
    ];

    /// <summary>A gateway that exports traces.</summary>
    public sealed class TracedGateway : IAsyncLifetime
    {
        private int _last;

        internal FunctionServer Functions { get; } = new();

        internal GatewayProcess Gateway { get; private set; } = null!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            Functions["/v1/traces"] = new FunctionAnswer();
            Gateway = await GatewayProcess.StartAsync(new GatewayOptions
            {
                Environment = new Dictionary<string, string>
                {
                    ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = Functions.Url("/v1/traces"),
                },
            });
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Functions.DisposeAsync();
        }

        internal string NewName() => $"t{Interlocked.Increment(ref _last)}";
    }
}
