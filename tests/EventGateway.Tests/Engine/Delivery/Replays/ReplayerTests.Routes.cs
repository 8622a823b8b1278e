using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Replays;

// Replays whose subscription is not in the configuration.
public sealed partial class ReplayerTests
{
    private Route Route => new(_subscription, TestRoutes.OfType("played", "f"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Waits_while_the_subscription_is_missing_and_continues_when_it_is_back(bool restart)
    {
        Add("1");
        var replay = await StartWithoutRouteAsync();
        if (restart)
        {
            await RestartAsync();
            await UntilWaitingAsync(2);
        }

        // The return of other subscriptions does not resume it.
        _replays.Resume("other", null);
        _replays.Resume("default", "other");
        Find(replay).State.ShouldBe(ReplayState.Running);
        Find(replay).Replayed.ShouldBe(0);

        _fixture.Put(Route);
        _replays.Resume("default", "s");
        await UntilEndedAsync(replay);

        Find(replay).State.ShouldBe(ReplayState.Done);
        Find(replay).Replayed.ShouldBe(1);
        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == 1, "the call");
    }

    [Fact]
    public async Task Can_be_paused_and_cancelled_while_the_subscription_is_missing()
    {
        Add("1");
        var replay = await StartWithoutRouteAsync();

        (await PauseAsync(replay, true)).ShouldBeTrue();
        _fixture.Put(Route);
        _replays.Resume(null, null);
        Find(replay).State.ShouldBe(ReplayState.Paused);
        (await CancelAsync(replay)).ShouldBeTrue();

        Find(replay).State.ShouldBe(ReplayState.Cancelled);
        Find(replay).Replayed.ShouldBe(0);
    }

    [Fact]
    public async Task Ends_when_the_subscription_is_deleted()
    {
        Add("1");
        var waiting = await StartWithoutRouteAsync();
        var paused = await StartAsync();
        await PauseAsync(paused, true);

        await _replays.EndAsync(_subscription.Space, "other", default);
        Find(waiting).State.ShouldBe(ReplayState.Running);
        await _replays.EndAsync(_subscription.Space, _subscription.SubscriptionId, default);

        foreach (var replay in (Replay[])[waiting, paused])
        {
            _store.Find(replay.Id)!.ShouldBe(replay with { State = ReplayState.Failed, Error = "The subscription was deleted." });
        }

        await RestartAsync();
        _fixture.Put(Route);
        _replays.Resume(null, null);
        Find(waiting).State.ShouldBe(ReplayState.Failed);
        _fixture.Functions.Calls.ShouldBeEmpty();
    }

    // Returns a replay that waits, because its subscription went missing after it had begun to read.
    private async Task<Replay> StartWithoutRouteAsync()
    {
        var reading = HoldReading();
        var replay = await StartAsync();
        _fixture.Remove(Route);
        reading.SetResult();
        await UntilWaitingAsync(1);
        return replay;
    }

    private Task UntilWaitingAsync(int times) => Eventually.HoldsAsync(
        () => _logger.Entries.Count(entry => entry.Text.StartsWith("Replay default/", StringComparison.Ordinal)) == times, "the replay waits");
}
