using EventGateway.Serving;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Serving;

/// <summary>What is refused while the heap is nearly full.</summary>
public sealed class HeapGuardTests
{
    [Theory]
    [InlineData(84, 0, false, false)]
    [InlineData(85, 85, true, false)]
    [InlineData(99, 40, false, false)]
    [InlineData(99, 94, true, false)]
    [InlineData(99, 95, true, true)]
    public void What_is_refused_follows_from_the_heap_after_a_collection(int percent, int percentAfterCollection, bool refusesEvents, bool refusesAll)
    {
        using var guard = new HeapGuard(1000, new FakeTimeProvider(), afterCollection => 10 * (afterCollection ? percentAfterCollection : percent));

        guard.Look();

        guard.RefusesEvents.ShouldBe(refusesEvents);
        guard.RefusesAll.ShouldBe(refusesAll);
    }

    [Fact]
    public async Task It_looks_again_and_again()
    {
        var (time, percent) = (new FakeTimeProvider(), 10);
        using var guard = new HeapGuard(100, time, _ => percent);
        await guard.StartAsync(TestContext.Current.CancellationToken);

        percent = 90;
        time.Advance(TimeSpan.FromSeconds(1));
        guard.RefusesEvents.ShouldBeTrue();

        percent = 50;
        time.Advance(TimeSpan.FromSeconds(3));
        guard.RefusesEvents.ShouldBeFalse();
    }
}
