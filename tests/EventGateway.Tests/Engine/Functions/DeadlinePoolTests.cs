using EventGateway.Engine.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

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

        Deadline[] Rent(int count) => [.. Enumerable.Range(0, count).Select(_ => pool.Rent(TimeSpan.FromMinutes(1)))];

        void Return(Deadline[] deadlines) => Array.ForEach(deadlines, pool.Return);
    }

    [Fact]
    public void Cancels_deadlines_that_are_rented_and_that_are_idle()
    {
        using var cutOff = new CancellationTokenSource();
        var pool = new DeadlinePool(TimeProvider.System, cutOff.Token);
        var rented = pool.Rent(TimeSpan.FromMinutes(1));
        var idle = pool.Rent(TimeSpan.FromMinutes(1));
        pool.Return(idle);
        pool.Rent(TimeSpan.FromMinutes(1)).ShouldBeSameAs(idle);
        pool.Return(idle);

        cutOff.Cancel();

        rented.IsCancellationRequested.ShouldBeTrue();
        pool.Rent(TimeSpan.FromMinutes(1)).IsCancellationRequested.ShouldBeTrue();
        pool.Return(rented);
    }
}
