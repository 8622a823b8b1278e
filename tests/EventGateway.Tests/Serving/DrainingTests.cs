using EventGateway.Serving;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Serving;

public class DrainingTests
{
    [Fact]
    public async Task Waits_for_what_was_let_in_and_turns_the_rest_away()
    {
        var draining = new Draining();
        draining.TryEnter().ShouldBeTrue();

        var drained = draining.DrainAsync(CancellationToken.None);

        draining.TryEnter().ShouldBeFalse();
        drained.IsCompleted.ShouldBeFalse();
        draining.Leave();
        await drained.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Has_nothing_to_wait_for_when_nobody_is_in()
    {
        var draining = new Draining();
        draining.TryEnter();
        draining.Leave();

        await draining.DrainAsync(CancellationToken.None);

        draining.IsDraining.ShouldBeTrue();
    }

    [Fact]
    public async Task Gives_up_when_told_so()
    {
        var draining = new Draining();
        draining.TryEnter();
        using var deadline = new CancellationTokenSource();
        var drained = draining.DrainAsync(deadline.Token);

        await deadline.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => drained);
    }
}
