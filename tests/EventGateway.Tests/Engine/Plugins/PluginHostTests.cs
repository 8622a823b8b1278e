using System.Collections.Concurrent;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Plugins;
using EventGateway.Engine.Plugins;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Plugins;

public sealed class PluginHostTests
{
    private static readonly CallRefusal Undecided = new(PluginHost.Undecided, MayPass: true);

    [Fact]
    public async Task Asks_sync_plug_ins_in_turn_until_one_stops_the_event()
    {
        var asked = new List<string>();
        await using var fixture = new PluginHostFixture(new PluginLimits(), Sync("a", PluginAnswer.Continue), Sync("b", PluginAnswer.Stop("No.")), Sync("c", default));

        (await fixture.TellAsync()).ShouldBe(new CallRefusal("No.", MayPass: false));

        asked.ShouldBe(["a", "b"]);
        (fixture.Count("p0 continued"), fixture.Count("p1 stopped"), fixture.Count("p2 continued")).ShouldBe((1, 1, 0));

        PlayedPlugin Sync(string name, PluginAnswer answer) => new(PluginMode.Sync, (_, _) =>
        {
            asked.Add(name);
            return ValueTask.FromResult(answer);
        });
    }

    [Fact]
    public async Task Wants_nothing_without_plug_ins()
    {
        await using var fixture = new PluginHostFixture(new PluginLimits());

        fixture.Host.HasPlugins.ShouldBeFalse();
        fixture.Host.Wants("eventgateway.event.received").ShouldBeFalse();
        (await fixture.TellAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Stops_the_event_where_a_plug_in_throws_and_tells_only_the_log_why()
    {
        await using var fixture = new PluginHostFixture(new PluginLimits(), new PlayedPlugin(PluginMode.Sync, (_, _) => throw new InvalidDataException("secret")));

        (await fixture.TellAsync()).ShouldBe(Undecided);

        fixture.Count("p0 failed").ShouldBe(1);
        fixture.Logger.Entries.ShouldHaveSingleItem().Text.ShouldContain("p0");
    }

    [Fact]
    public async Task Stops_the_event_where_a_plug_in_does_not_answer_by_its_deadline()
    {
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var fixture = new PluginHostFixture(new PluginLimits(), new PlayedPlugin(PluginMode.Sync, async (_, token) =>
        {
            await using (token.Register(cancelled.SetResult))
            {
                started.SetResult();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return default;
            }
        }));

        var told = fixture.TellAsync();
        await started.Task;
        fixture.Clock.Advance(TimeSpan.FromSeconds(4.9));
        told.IsCompleted.ShouldBeFalse();
        fixture.Clock.Advance(TimeSpan.FromSeconds(0.1));

        (await told).ShouldBe(Undecided);
        fixture.Count("p0 timed_out").ShouldBe(1);
        await cancelled.Task;
    }

    [Fact]
    public async Task Survives_what_a_plug_in_registers_with_its_token()
    {
        var registered = new TaskCompletionSource();
        await using var fixture = new PluginHostFixture(new PluginLimits(), new PlayedPlugin(PluginMode.Sync, async (_, token) =>
        {
            token.Register(static () => throw new InvalidDataException("from a callback"));
            registered.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return default;
        }));

        var told = fixture.TellAsync();
        await registered.Task;
        await fixture.PassUntilAsync(told);

        (await told).ShouldBe(Undecided);
    }

    [Fact]
    public async Task Waits_no_longer_than_the_sender_does()
    {
        using var sender = new CancellationTokenSource();
        await using var fixture = new PluginHostFixture(new PluginLimits(), Hanging(PluginMode.Sync));

        var told = fixture.TellAsync(sender.Token);
        await sender.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => told);
    }

    [Fact]
    public async Task Calls_no_more_than_so_many_at_once_and_fails_the_rest_without_waiting()
    {
        var (called, ends) = (new SemaphoreSlim(0), new TaskCompletionSource<PluginAnswer>());
        await using var fixture = new PluginHostFixture(new PluginLimits { MaxCalls = 2 }, new PlayedPlugin(PluginMode.Sync, (_, _) =>
        {
            called.Release();
            return new ValueTask<PluginAnswer>(ends.Task);
        }));
        var hanging = Task.WhenAll(fixture.TellAsync(), fixture.TellAsync());
        await called.WaitAsync();
        await called.WaitAsync();
        await fixture.PassUntilAsync(hanging);

        // Given up, but not ended.
        (await fixture.TellAsync()).ShouldBe(Undecided);
        fixture.Count("p0 overloaded").ShouldBe(1);

        ends.SetResult(default);
        await PluginHostFixture.UntilAsync(async () => await fixture.TellAsync() is null);
    }

    [Fact]
    public async Task Lets_code_that_blocks_block_none_but_the_plug_ins_own_threads()
    {
        using var release = new ManualResetEventSlim();
        var started = new ConcurrentQueue<string?>();
        await using var fixture = new PluginHostFixture(new PluginLimits { MaxThreads = 2 }, new PlayedPlugin(PluginMode.Sync, (_, _) =>
        {
            started.Enqueue(Thread.CurrentThread.Name);
            release.Wait(CancellationToken.None);
            return default;
        }));

        var told = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => fixture.TellAsync()));
        await PluginHostFixture.UntilAsync(() => Task.FromResult(started.Count == 2));
        await fixture.PassUntilAsync(told);
        (await told).ShouldAllBe(refusal => refusal == Undecided);
        started.ShouldBe(["Plug-in p0", "Plug-in p0"]);

        // The three that waited for a thread are not made any more.
        release.Set();
        (await fixture.TellAsync()).ShouldBeNull();
        started.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Goes_on_on_threads_of_the_gateway_wherever_a_plug_in_completes_its_answer()
    {
        // Without RunContinuationsAsynchronously, as a careless plug-in does it.
        await using var fixture = new PluginHostFixture(new PluginLimits(), new PlayedPlugin(PluginMode.Sync, (_, _) =>
        {
            var answer = new TaskCompletionSource<PluginAnswer>();
            new Thread(() => answer.SetResult(default)) { Name = "The plug-in's own" }.Start();
            return new ValueTask<PluginAnswer>(answer.Task);
        }));

        // Often, since it matters who is first.
        for (var i = 0; i < 200; i++)
        {
            var thread = await fixture.TellAsync().ContinueWith(
                _ => Thread.CurrentThread.Name, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            thread.ShouldBeOneOf(".NET TP Worker", null);
        }
    }

    [Fact]
    public async Task Tells_async_plug_ins_in_order_and_drops_and_counts_what_comes_too_fast()
    {
        var (called, goOn) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        var seen = new ConcurrentQueue<int>();
        await using var fixture = new PluginHostFixture(new PluginLimits { MaxQueued = 2 }, new PlayedPlugin(PluginMode.Async, async (e, _) =>
        {
            called.Release();
            await goOn.WaitAsync(CancellationToken.None);
            seen.Enqueue(e.Data.Bytes.Length);
            return PluginAnswer.Stop("Unused.");
        }));

        fixture.Host.Tell(PlayedPlugin.Event(1));
        await called.WaitAsync();
        for (var i = 2; i < 6; i++)
        {
            (await fixture.Host.TellAsync(PlayedPlugin.Event(i), default)).ShouldBeNull();
        }

        fixture.Count("p0 dropped").ShouldBe(2);
        goOn.Release(3);
        await PluginHostFixture.UntilAsync(() => Task.FromResult(seen.Count == 3));
        seen.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Drops_async_events_that_would_take_too_much_memory()
    {
        var (called, ends) = (new SemaphoreSlim(0), new TaskCompletionSource<PluginAnswer>());
        await using var fixture = new PluginHostFixture(new PluginLimits { MaxQueuedBytes = 100 }, new PlayedPlugin(PluginMode.Async, (_, _) =>
        {
            called.Release();
            return new ValueTask<PluginAnswer>(ends.Task);
        }));
        fixture.Host.Tell(PlayedPlugin.Event(1000));
        await called.WaitAsync();

        fixture.Host.Tell(PlayedPlugin.Event(60));
        fixture.Host.Tell(PlayedPlugin.Event(60));
        fixture.Host.Tell(PlayedPlugin.Event(40));

        fixture.Count("p0 dropped").ShouldBe(1);
        ends.SetResult(default);
    }

    [Fact]
    public async Task Goes_on_after_an_async_plug_in_that_hangs_or_throws()
    {
        var calls = 0;
        var third = new TaskCompletionSource();
        await using var fixture = new PluginHostFixture(new PluginLimits(), new PlayedPlugin(PluginMode.Async, async (_, _) =>
        {
            switch (Interlocked.Increment(ref calls))
            {
                case 1:
                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
                    break;
                case 2:
                    throw new InvalidDataException();
                default:
                    third.SetResult();
                    break;
            }

            return default;
        }));

        for (var i = 0; i < 3; i++)
        {
            fixture.Host.Tell(PlayedPlugin.Event());
        }

        await PluginHostFixture.UntilAsync(() => Task.FromResult(Volatile.Read(ref calls) == 1));
        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        await third.Task;
        (fixture.Count("p0 timed_out"), fixture.Count("p0 failed")).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Disposes_plug_ins_and_waits_for_none_that_hangs()
    {
        var disposed = new TaskCompletionSource();
        await using var fixture = new PluginHostFixture(
            new PluginLimits(),
            new PlayedPlugin(PluginMode.Async, (_, _) => default) { Dispose = async () => await Task.Delay(Timeout.Infinite) },
            new PlayedPlugin(PluginMode.Async, (_, _) => default) { Dispose = () => throw new InvalidDataException() },
            Hanging(PluginMode.Async),
            new PlayedPlugin(PluginMode.Async, (_, _) => default)
            {
                Dispose = () =>
                {
                    disposed.TrySetResult();
                    return default;
                },
            });
        fixture.Host.Tell(PlayedPlugin.Event());
        await PluginHostFixture.UntilAsync(() => Task.FromResult(fixture.Count("p3 continued") == 1));

        await fixture.PassUntilAsync(fixture.Host.DisposeAsync().AsTask());

        await disposed.Task;
        fixture.Host.Tell(PlayedPlugin.Event());
        fixture.Count("p3 dropped").ShouldBe(1);
    }

    private static PlayedPlugin Hanging(PluginMode mode) => new(mode, async (_, _) =>
    {
        await Task.Delay(Timeout.Infinite, CancellationToken.None);
        return default;
    });
}
