using EventGateway.CloudEvents.Buffers;
using EventGateway.Serving;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents.Buffers;

/// <summary>What is refused takes nothing, not even for a moment.</summary>
public sealed class MemoryBudgetTests
{
    [Fact]
    public async Task A_part_that_is_refused_keeps_no_other_out()
    {
        var budget = new MemoryBudget(1000);

        (await CountRefusalsAsync(() => budget.TryReserve(1001), () => budget.TryReserve(10), () => budget.Release(10))).ShouldBe(0);
        budget.Held.ShouldBe(0);
    }

    [Fact]
    public async Task Connections_beyond_the_quota_are_never_counted()
    {
        var quota = new ConnectionQuota(1);
        quota.TryEnter().ShouldBeTrue();

        // The number that is open must not show the ones that are refused.
        (await CountRefusalsAsync(quota.TryEnter, () => quota.Open == 1, static () => { })).ShouldBe(0);
        quota.Leave();
        quota.TryEnter().ShouldBeTrue();
        quota.Open.ShouldBe(1);
    }

    [Fact]
    public void A_quarter_is_for_small_parts()
    {
        var budget = new MemoryBudget(1_000_000);

        budget.TryReserve(800_000).ShouldBeFalse();
        budget.TryReserve(750_000).ShouldBeTrue();
        budget.TryReserve(65_537).ShouldBeFalse();
        budget.TryReserve(65_536).ShouldBeTrue();
        budget.Held.ShouldBe(815_536);
    }

    private static async Task<int> CountRefusalsAsync(Func<bool> refused, Func<bool> take, Action giveBack)
    {
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = Task.Run(
            () =>
            {
                var wrong = false;
                while (!stop.IsCancellationRequested)
                {
                    wrong |= refused();
                    started.TrySetResult();
                }

                return wrong;
            },
            TestContext.Current.CancellationToken);
        await started.Task;
        var refusals = 0;
        for (var i = 0; i < 2_000_000; i++)
        {
            if (take())
            {
                giveBack();
            }
            else
            {
                refusals++;
            }
        }

        await stop.CancelAsync();
        (await other).ShouldBeFalse();
        return refusals;
    }
}
