using EventGateway.Abstractions.Delivery;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Replays;

// Replays after a restart of the program, and replays whose state cannot be stored.
public sealed partial class ReplayerTests
{
    [Fact]
    public async Task Continues_after_a_restart_from_its_position()
    {
        var release = _fixture.Functions.Hang("f");
        for (var number = 0; number < 200; number++)
        {
            Add($"{number}");
        }

        var replay = await StartAsync();
        await Eventually.HoldsAsync(() => _store.Find(replay.Id)?.Replayed == 64, "the first batch");
        await RestartAsync();
        Find(replay).Replayed.ShouldBe(64);
        Find(replay).State.ShouldBe(ReplayState.Running);
        release.SetResult();
        await UntilEndedAsync(replay, advance: true);

        Find(replay).ShouldBe(replay with { State = ReplayState.Done, Replayed = 200 });
        _store.Find(replay.Id)!.State.ShouldBe(ReplayState.Done);
        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == 200, "all calls");
        Called().ShouldBe(Enumerable.Range(0, 200).Select(number => $"{number}"));
    }

    [Fact]
    public async Task Stays_paused_or_ended_after_a_restart()
    {
        Add("1");
        var reading = HoldReading();
        var paused = await StartAsync();
        await PauseAsync(paused, true);
        var cancelled = await StartAsync();
        await CancelAsync(cancelled);
        var forgotten = await StartAsync();
        await CancelAsync(forgotten);
        await CancelAsync(forgotten);
        _log.BeforePage = null;
        reading.SetResult();

        await RestartAsync();

        _replays.List("default").Select(replay => (replay.Id, replay.State))
            .ShouldBe([(cancelled.Id, ReplayState.Cancelled), (paused.Id, ReplayState.Paused)]);
        (await PauseAsync(cancelled, false)).ShouldBeFalse();
        (await PauseAsync(paused, false)).ShouldBeTrue();
        await UntilEndedAsync(paused);
        Find(paused).Replayed.ShouldBe(1);
    }

    [Fact]
    public async Task Waits_until_its_state_can_be_stored()
    {
        Add("1");
        var reading = HoldReading();
        var replay = await StartAsync();
        _store.Fault = new IOException("full");
        await Should.ThrowAsync<IOException>(() => StartAsync());
        _replays.List("default").Count.ShouldBe(1);
        reading.SetResult();
        await UntilEndedAsync(replay);
        _store.Find(replay.Id)!.State.ShouldBe(ReplayState.Running);
        _store.Fault = null;

        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _store.Find(replay.Id)!.State is ReplayState.Done;
            },
            "its end is stored");
    }

    private async Task RestartAsync()
    {
        await _replays.DisposeAsync();
        _replays = Open();
        await _replays.RestoreAsync(default);
    }
}
