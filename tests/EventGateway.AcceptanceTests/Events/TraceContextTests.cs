using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The gateway forwards the sender's trace context to the function.</summary>
public sealed class TraceContextTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

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
}
