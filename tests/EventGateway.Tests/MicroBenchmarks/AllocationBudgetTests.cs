using EventGateway.MicroBenchmarks;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.MicroBenchmarks;

/// <summary>
/// What each step of an event may allocate, as docs/benchmarks.md lists it. Code that is compiled without optimization, as
/// tests are, takes some bytes more.
/// </summary>
public sealed class AllocationBudgetTests : IDisposable
{
    private const int Times = 100;

    private static readonly Dictionary<string, Action<EventSteps>> Steps = new(StringComparer.Ordinal)
    {
        [nameof(EventSteps.Read)] = static steps => steps.Read(),
        [nameof(EventSteps.MatchAsync)] = static steps => steps.MatchAsync(),
        [nameof(EventSteps.MatchSync)] = static steps => steps.MatchSync(),
        [nameof(EventSteps.Write)] = static steps => steps.Write(),
        [nameof(EventSteps.WriteV01)] = static steps => steps.WriteV01(),
        [nameof(EventSteps.ReadAnswer)] = static steps => steps.ReadAnswer(),
    };

    private readonly EventSteps _event = new();

    public void Dispose() => _event.Dispose();

    [Theory]
    [InlineData(nameof(EventSteps.Read), 480)]
    [InlineData(nameof(EventSteps.MatchAsync), 0)]
    [InlineData(nameof(EventSteps.MatchSync), 96)]
    [InlineData(nameof(EventSteps.Write), 0)]
    [InlineData(nameof(EventSteps.WriteV01), 208)]
    [InlineData(nameof(EventSteps.ReadAnswer), 408)]
    public void Allocates_no_more_than_its_budget(string name, long budget)
    {
        var step = Steps[name];
        step(_event);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
        {
            step(_event);
        }

        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
        allocated.ShouldBeLessThanOrEqualTo(budget);
    }
}
