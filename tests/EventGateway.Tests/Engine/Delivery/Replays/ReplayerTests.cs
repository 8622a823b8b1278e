using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Tests.Api.Delivery;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Replays;

public sealed partial class ReplayerTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly PlayedEventLog _log = new();
    private readonly DispatcherFixture _fixture;
    private readonly PlayedReplayStore _store = new();
    private readonly RecordingLogger<Replayer> _logger = new();
    private Replayer _replays;
    private readonly Subscription _subscription;

    public ReplayerTests()
    {
        _fixture = new DispatcherFixture(new GatewayDefaults { BacklogDeliveries = 64 }, _time, durable: true);
        _replays = Open();
        var route = _fixture.Route("f", new DeliverySettings { MaxConcurrency = 1 }, "s");
        _subscription = route.Subscription;
    }

    public async ValueTask DisposeAsync()
    {
        await _replays.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Delivers_events_of_the_subscriptions_type_oldest_first_with_the_id_of_the_replay()
    {
        const int count = 1203;
        for (var number = 0; number < count; number++)
        {
            Add($"{number}");
            Add($"other{number}", type: "other.type");
        }

        var replay = await StartAsync();
        replay.State.ShouldBe(ReplayState.Running);
        replay.EventTypes.ShouldBe([_subscription.EventType]);
        await UntilEndedAsync(replay, advance: true);

        Find(replay).State.ShouldBe(ReplayState.Done);
        Find(replay).Replayed.ShouldBe(count);
        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == count, "all calls");
        var calls = _fixture.Functions.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement).ToList();
        calls.Select(call => call.GetProperty("id").GetString()).ShouldBe(Enumerable.Range(0, count).Select(number => $"{number}"));
        calls.ShouldAllBe(call => call.GetProperty("replayid").GetString() == replay.Id);
    }

    [Fact]
    public async Task Delivers_the_requested_types_and_time_range()
    {
        Add("1", type: "a", acceptedAt: Now - TimeSpan.FromMinutes(5));
        Add("2", type: "a", acceptedAt: Now - TimeSpan.FromMinutes(4));
        Add("3", type: "b", acceptedAt: Now - TimeSpan.FromMinutes(3));
        Add("4", type: "c", acceptedAt: Now - TimeSpan.FromMinutes(3));
        Add("5", type: "a", acceptedAt: Now - TimeSpan.FromMinutes(2));

        var replay = await StartAsync(new ReplayRequest
        {
            SubscriptionId = "s",
            From = Now - TimeSpan.FromMinutes(4),
            To = Now - TimeSpan.FromMinutes(2),
            EventTypes = ["a", "b", "a"],
        });
        await UntilEndedAsync(replay);

        replay.EventTypes.ShouldBe(["a", "b"]);
        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == 2, "both calls");
        Called().ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task Ends_although_its_own_events_are_logged()
    {
        Add("1");

        var replay = await StartAsync(new ReplayRequest { SubscriptionId = "s", To = Now + TimeSpan.FromDays(1) });
        Add("2", acceptedAt: Now);
        await UntilEndedAsync(replay);

        replay.To.ShouldBe(Now);
        Find(replay).Replayed.ShouldBe(1);
    }

    [Fact]
    public async Task Waits_while_the_store_is_full()
    {
        var release = _fixture.Functions.Hang("f");
        for (var number = 0; number < 100; number++)
        {
            Add($"{number}");
        }

        var replay = await StartAsync();
        await Eventually.HoldsAsync(() => Find(replay).Replayed == 64, "the first batch");
        _fixture.Store.Count.ShouldBe(64);
        Find(replay).State.ShouldBe(ReplayState.Running);
        _time.Advance(TimeSpan.FromSeconds(5));
        release.SetResult();
        await UntilEndedAsync(replay, advance: true);

        Find(replay).Replayed.ShouldBe(100);
        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == 100, "all calls");
        _fixture.Counted("dropped_total{space=default,type=test.event}").ShouldBe(0);
    }

    [Fact]
    public async Task Stops_while_it_is_paused()
    {
        Add("1");
        var reading = HoldReading();

        var replay = await StartAsync();
        (await PauseAsync(replay, true)).ShouldBeTrue();
        (await PauseAsync(replay, true)).ShouldBeTrue();
        reading.SetResult();
        Find(replay).State.ShouldBe(ReplayState.Paused);
        Find(replay).Replayed.ShouldBe(0);
        (await PauseAsync(replay, false)).ShouldBeTrue();
        await UntilEndedAsync(replay);

        Find(replay).Replayed.ShouldBe(1);
        (await PauseAsync(replay, true)).ShouldBeFalse();
    }

    [Fact]
    public async Task Ends_when_it_is_cancelled_even_while_paused()
    {
        Add("1");
        var reading = HoldReading();

        var replay = await StartAsync();
        await PauseAsync(replay, true);
        (await CancelAsync(replay)).ShouldBeTrue();
        reading.SetResult();
        Find(replay).State.ShouldBe(ReplayState.Cancelled);
        _store.Find(replay.Id)!.State.ShouldBe(ReplayState.Cancelled);

        Find(replay).Replayed.ShouldBe(0);
        _fixture.Functions.Calls.ShouldBeEmpty();
        (await CancelAsync(replay)).ShouldBeTrue();
        _replays.Find("default", replay.Id).ShouldBeNull();
        (await CancelAsync(replay)).ShouldBeFalse();
    }

    [Fact]
    public async Task Fails_when_the_log_cannot_be_read()
    {
        _log.Fault = new IOException("disk error");

        var replay = await StartAsync();
        await UntilEndedAsync(replay);

        Find(replay).State.ShouldBe(ReplayState.Failed);
        Find(replay).Error.ShouldNotBeNull().ShouldContain("disk error");
    }

    [Fact]
    public async Task Waits_while_a_file_of_the_log_is_being_repaired()
    {
        Add("1");
        var reads = 0;
        _log.BeforePage = () =>
        {
            reads++;
            return Task.CompletedTask;
        };
        _log.IsMending = true;
        var replay = await StartAsync();
        await Eventually.HoldsAsync(() => Volatile.Read(ref reads) > 0, "the log is read");
        Find(replay).State.ShouldBe(ReplayState.Running);
        _log.IsMending = false;

        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Find(replay).State is ReplayState.Done;
            },
            "the replay is done");
        Find(replay).Replayed.ShouldBe(1);
    }

    [Fact]
    public async Task Delivers_events_that_share_an_id_and_replaces_the_id_of_another_replay()
    {
        Add("1", extension: ",\"replayid\":\"earlier\"");
        Add("1", source: "/other");
        Add("1");

        var replay = await StartAsync();
        await UntilEndedAsync(replay);

        Find(replay).Replayed.ShouldBe(3);
        await Eventually.HoldsAsync(() => _fixture.Functions.CallsOf("f") == 3, "all calls");
        _fixture.Functions.Calls.ShouldAllBe(call => call.Body.Contains(replay.Id) && !call.Body.Contains("earlier"));
        _fixture.Functions.Calls[1].Body.ShouldContain("/other");
    }

    [Fact]
    public async Task Keeps_a_hundred_replays_of_a_space()
    {
        var reading = HoldReading();

        var first = await StartAsync();
        for (var number = 1; number < Replayer.MaxPerSpace; number++)
        {
            await StartAsync();
        }

        (await _replays.StartAsync(_subscription, new ReplayRequest { SubscriptionId = "s" }, default)).ShouldBeNull();
        await CancelAsync(first);
        var last = await StartAsync();

        _replays.List("default").Count.ShouldBe(Replayer.MaxPerSpace);
        _replays.List("default")[0].Id.ShouldBe(last.Id);
        _replays.Find("default", first.Id).ShouldBeNull();
        _replays.List("other").ShouldBeEmpty();
        reading.SetResult();
        await UntilEndedAsync(last);
    }

    [Fact]
    public async Task Runs_a_bounded_number_at_once_while_the_others_wait()
    {
        Add("1");
        var (reads, most) = (0, 0);
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _log.BeforePage = async () =>
        {
            var now = Interlocked.Increment(ref reads);
            most = Math.Max(most, now);
            await reading.Task;
            Interlocked.Decrement(ref reads);
        };
        var replays = new List<Replay>();
        for (var number = 0; number < Replayer.MaxConcurrency + 3; number++)
        {
            replays.Add(await StartAsync());
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref reads) == Replayer.MaxConcurrency, "the turns are taken");
        _replays.Count().ShouldBe((Replayer.MaxConcurrency, 3, 0));
        reading.SetResult();
        foreach (var replay in replays)
        {
            await UntilEndedAsync(replay);
        }

        most.ShouldBe(Replayer.MaxConcurrency);
        _replays.Count().ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Gives_up_its_turn_while_it_is_paused()
    {
        Add("1");
        var reading = HoldReading();
        var paused = new List<Replay>();
        for (var number = 0; number < Replayer.MaxConcurrency; number++)
        {
            paused.Add(await StartAsync());
        }

        await Eventually.HoldsAsync(() => _replays.Count().Running == Replayer.MaxConcurrency, "the turns are taken");
        var other = await StartAsync();
        foreach (var replay in paused)
        {
            await PauseAsync(replay, true);
        }

        reading.SetResult();
        await UntilEndedAsync(other);

        await Eventually.HoldsAsync(() => _replays.Count() == (0, 0, Replayer.MaxConcurrency), "all others are paused");
    }

    private Replayer Open() => new(_log, _store, _fixture.Backlog, _fixture, _time, _logger);

    private async Task<Replay> StartAsync(ReplayRequest? request = null) =>
        (await _replays.StartAsync(_subscription, request ?? new ReplayRequest { SubscriptionId = "s" }, default)).ShouldNotBeNull();

    private async Task<bool> PauseAsync(Replay replay, bool pause) => await _replays.TryPauseAsync("default", replay.Id, pause, default);

    private async Task<bool> CancelAsync(Replay replay) => await _replays.CancelAsync("default", replay.Id, default);

    private Replay Find(Replay replay) => _replays.Find("default", replay.Id).ShouldNotBeNull();

    private IEnumerable<string?> Called() =>
        _fixture.Functions.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement.GetProperty("id").GetString());

    private TaskCompletionSource HoldReading()
    {
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _log.BeforePage = () => reading.Task;
        return reading;
    }

    private void Add(string id, string? type = null, DateTimeOffset? acceptedAt = null, string source = "/test", string extension = "")
    {
        type ??= _subscription.EventType;
        _log.Add(new LoggedEvent
        {
            Space = "default",
            Id = id,
            Type = type,
            Source = source,
            AcceptedAt = acceptedAt ?? Now - TimeSpan.FromMinutes(1),
            Event = Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"{{id}}","type":"{{type}}","source":"{{source}}"{{extension}}}"""),
            Deliveries = [],
        });
    }

    private Task UntilEndedAsync(Replay replay, bool advance = false) => Eventually.HoldsAsync(
        () =>
        {
            if (advance)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            return Find(replay).State is not (ReplayState.Running or ReplayState.Paused);
        },
        "the replay's end");
}
