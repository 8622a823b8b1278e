using EventGateway.Core.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions;

public sealed class DeadlinePoolTests
{
    [Fact]
    public void Keeps_deadlines_again_after_more_came_back_than_it_holds()
    {
        var pool = new DeadlinePool(TimeProvider.System);
        Return(Rent(3_000));
        var rented = Rent(3_000);

        pool.Return(rented[0]);

        pool.Rent(TimeSpan.FromMinutes(1)).ShouldBeSameAs(rented[0]);
        Return(rented);

        CancellationTokenSource[] Rent(int count) => [.. Enumerable.Range(0, count).Select(_ => pool.Rent(TimeSpan.FromMinutes(1)))];

        void Return(CancellationTokenSource[] sources) => Array.ForEach(sources, pool.Return);
    }
}
