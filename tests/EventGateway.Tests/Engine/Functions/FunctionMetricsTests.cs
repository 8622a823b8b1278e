using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventGateway.Abstractions.Functions;
using EventGateway.Engine;
using EventGateway.Engine.Functions;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

public sealed class FunctionMetricsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Measures_calls_by_type_and_outcome()
    {
        var recorded = new List<string>();
        var factory = _services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "eventgateway_function_call_seconds" && instrument.Meter.Scope == factory)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => recorded.Add(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        var invoker = Invoker(factory, _ => Task.FromResult(new FunctionResult(FunctionOutcome.AccessDenied)));
        listener.Start();

        using var result = await invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default);

        recorded.ShouldBe(["type=test outcome=access_denied"]);
    }

    [Fact]
    public async Task Traces_a_call_when_a_listener_is_registered()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == FunctionMetrics.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (Equals(span.GetTagItem("eventgateway.function"), "traced"))
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var invoker = Invoker(
            _services.GetRequiredService<IMeterFactory>(), _ => Task.FromResult(new FunctionResult(FunctionOutcome.Retryable) { Error = "broken" }));

        using var result = await invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test", "traced")), TestRoutes.Invocation(), default);

        var span = spans.ShouldHaveSingleItem();
        span.DisplayName.ShouldBe("invoke test");
        span.GetTagItem("eventgateway.outcome").ShouldBe("retryable");
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.StatusDescription.ShouldBe("broken");
    }

    private static FunctionInvoker Invoker(IMeterFactory factory, Func<CancellationToken, Task<FunctionResult>> call) => new(
        new FunctionProviders([new TestProvider(call)]),
        new GatewayDefaults(),
        TimeProvider.System,
        metrics: new FunctionMetrics(factory, TimeProvider.System));
}
