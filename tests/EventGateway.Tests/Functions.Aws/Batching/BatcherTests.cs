using System.Collections.Concurrent;
using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Aws.Batching;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws.Batching;

public sealed class BatcherTests
{
    private readonly PlayedSender _sender = new();

    [Fact]
    public async Task Sends_a_record_alone_at_once_where_no_call_is_under_way()
    {
        var batcher = NewBatcher(new BatchLimits(10, 1000, int.MaxValue));

        var outcome = batcher.SendAsync(Record("a"), default);

        await _sender.CalledAsync(1);
        _sender.Calls.ShouldBe(["a"]);
        _sender.Answer();
        (await outcome).Receipt.ShouldBe("a");
    }

    [Fact]
    public async Task Gathers_records_while_a_call_runs()
    {
        var batcher = NewBatcher(new BatchLimits(10, 1000, int.MaxValue));
        var outcomes = await SendAsync(batcher, "a", "b", "c", "d");

        _sender.Calls.ShouldBe(["a"]);
        _sender.Answer();
        await outcomes[0];
        await _sender.CalledAsync(2);
        _sender.Calls.ShouldBe(["a", "b c d"]);
        _sender.Answer();

        (await Task.WhenAll(outcomes)).Select(item => item.Receipt).ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public async Task Sends_a_full_batch_beside_the_call_that_is_under_way()
    {
        var batcher = NewBatcher(new BatchLimits(2, 1000, int.MaxValue) { Calls = 2 });
        var outcomes = await SendAsync(batcher, "a", "b", "c", "d", "e");

        await _sender.CalledAsync(2);
        _sender.Calls.ShouldBe(["a", "b c"]);
        _sender.Answer();
        await _sender.CalledAsync(3);
        _sender.Calls.ShouldBe(["a", "b c", "d e"]);
        _sender.Answer();
        _sender.Answer();

        await Task.WhenAll(outcomes);
    }

    [Fact]
    public async Task Keeps_to_the_limit_of_bytes()
    {
        var batcher = NewBatcher(new BatchLimits(10, 10, int.MaxValue) { Calls = 1 });
        var outcomes = await SendAsync(batcher, "a", "bbbbb", "ccccc", "d", "eeeeeeeeeeeeeee");

        for (var calls = 1; calls <= 4; calls++)
        {
            await _sender.CalledAsync(calls);
            _sender.Answer();
        }

        await Task.WhenAll(outcomes);
        _sender.Calls.ShouldBe(["a", "bbbbb ccccc", "d", "eeeeeeeeeeeeeee"]);
    }

    [Fact]
    public async Task Gives_every_caller_its_own_outcome()
    {
        var batcher = NewBatcher(new BatchLimits(10, 1000, int.MaxValue));
        var outcomes = await SendAsync(batcher, "a", "b", "c");

        _sender.Answer();
        await _sender.CalledAsync(2);
        _sender.Answer(record => record == "b" ? new BatchItem(new FunctionResult(FunctionOutcome.Retryable), null) : new BatchItem(null, record));

        (await outcomes[1]).Failure!.Outcome.ShouldBe(FunctionOutcome.Retryable);
        (await outcomes[2]).Receipt.ShouldBe("c");
    }

    [Fact]
    public async Task Finds_the_record_for_which_the_service_refuses_a_whole_call()
    {
        var batcher = NewBatcher(new BatchLimits(10, 1000, int.MaxValue));
        var outcomes = await SendAsync(batcher, "a", "b", "c", "d", "e");

        _sender.Answer();
        await _sender.CalledAsync(2);
        foreach (var call in (string[])["b c d e", "b c", "b", "c", "d e"])
        {
            _sender.Calls[^1].ShouldBe(call);
            var calls = _sender.Calls.Count;
            _sender.Answer(record => call.Contains('c', StringComparison.Ordinal)
                ? new BatchItem(new FunctionResult(FunctionOutcome.Permanent), null) { IsOfWholeCall = true }
                : new BatchItem(null, record));
            if (call != "d e")
            {
                await _sender.CalledAsync(calls + 1);
            }
        }

        var items = await Task.WhenAll(outcomes);
        items[2].Failure!.Outcome.ShouldBe(FunctionOutcome.Permanent);
        items.Where((_, i) => i != 2).ShouldAllBe(item => item.Failure == null);
    }

    [Fact]
    public async Task Sends_a_record_that_is_refused_itself_no_second_time()
    {
        var batcher = NewBatcher(new BatchLimits(10, 1000, int.MaxValue));
        var outcomes = await SendAsync(batcher, "a", "b", "c");

        _sender.Answer();
        await _sender.CalledAsync(2);
        _sender.Answer(record => new BatchItem(record == "b" ? new FunctionResult(FunctionOutcome.Permanent) : null, null));

        (await outcomes[1]).Failure!.Outcome.ShouldBe(FunctionOutcome.Permanent);
        (await outcomes[2]).Failure.ShouldBeNull();
        _sender.Calls.ShouldBe(["a", "b c"]);
    }

    [Fact]
    public async Task Waits_no_longer_for_a_call_that_hangs()
    {
        var clock = new FakeTimeProvider();
        var batcher = new Batcher(new BatchLimits(10, 1000, int.MaxValue), _sender, clock);
        var outcomes = await SendAsync(batcher, "a", "b", "c");

        clock.Advance(TimeSpan.FromSeconds(1));

        await _sender.CalledAsync(2);
        _sender.Calls.ShouldBe(["a", "b c"]);
        _sender.Answer();
        _sender.Answer();
        await Task.WhenAll(outcomes);
    }

    [Fact]
    public async Task Makes_one_call_at_a_time_when_that_is_the_limit_even_if_it_hangs()
    {
        var clock = new FakeTimeProvider();
        var batcher = new Batcher(new BatchLimits(2, 1000, int.MaxValue) { Calls = 1 }, _sender, clock);
        var outcomes = await SendAsync(batcher, "a", "b", "c", "d");

        clock.Advance(TimeSpan.FromSeconds(1));
        _sender.Answer();
        await outcomes[0];
        await _sender.CalledAsync(2);

        _sender.Calls.ShouldBe(["a", "b c"]);
        _sender.Answer();
        await _sender.CalledAsync(3);
        _sender.Answer();
        await Task.WhenAll(outcomes);
    }

    [Fact]
    public async Task Survives_callers_that_go_while_their_calls_end()
    {
        var batcher = new Batcher(new BatchLimits(10, 1000, int.MaxValue), new PromptSender(), TimeProvider.System);
        for (var i = 0; i < 2000; i++)
        {
            using var caller = new CancellationTokenSource();
            var outcome = batcher.SendAsync(Record("a"), caller.Token).AsTask();

            // Throws what a caller's leaving throws, which would end the process where a timer is the cause.
            await Task.WhenAll(Task.Run(caller.Cancel), outcome.ContinueWith(static _ => { }, TaskScheduler.Default));
        }
    }

    [Fact]
    public async Task Does_not_send_records_whose_callers_have_gone()
    {
        var batcher = NewBatcher(new BatchLimits(10, 1000, int.MaxValue));
        using var caller = new CancellationTokenSource();
        var first = batcher.SendAsync(Record("a"), default).AsTask();
        await _sender.CalledAsync(1);
        var second = batcher.SendAsync(Record("b"), caller.Token).AsTask();
        var third = batcher.SendAsync(Record("c"), default).AsTask();

        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        _sender.Answer();
        await _sender.CalledAsync(2);
        _sender.Answer();

        await Task.WhenAll(first, third);
        _sender.Calls.ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task Cancels_a_call_when_the_last_of_its_callers_has_gone()
    {
        var batcher = NewBatcher(new BatchLimits(10, 1000, int.MaxValue));
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var first = batcher.SendAsync(Record("a"), default).AsTask();
        await _sender.CalledAsync(1);
        var second = batcher.SendAsync(Record("b"), one.Token).AsTask();
        var third = batcher.SendAsync(Record("c"), other.Token).AsTask();
        _sender.Answer();
        await first;
        await _sender.CalledAsync(2);

        await one.CancelAsync();
        _sender.IsAbandoned.ShouldBeFalse();
        await other.CancelAsync();

        _sender.IsAbandoned.ShouldBeTrue();
        await Should.ThrowAsync<OperationCanceledException>(second);
        await Should.ThrowAsync<OperationCanceledException>(third);
    }

    [Fact]
    public async Task Reports_a_sender_that_throws_as_a_failure_and_goes_on()
    {
        var batcher = NewBatcher(new BatchLimits(10, 1000, int.MaxValue));

        var first = batcher.SendAsync(Record("a"), default).AsTask();
        await _sender.CalledAsync(1);
        _sender.Fail(new InvalidOperationException("broken"));

        (await first).Failure!.Error!.ShouldContain("broken");
        var second = batcher.SendAsync(Record("b"), default).AsTask();
        await _sender.CalledAsync(2);
        _sender.Answer();
        (await second).Receipt.ShouldBe("b");
    }

    /// <summary>Sends records, the first of them ahead of the others.</summary>
    private async Task<Task<BatchItem>[]> SendAsync(Batcher batcher, params string[] names)
    {
        var first = batcher.SendAsync(Record(names[0]), default).AsTask();
        await _sender.CalledAsync(1);
        return [first, .. names.Skip(1).Select(name => batcher.SendAsync(Record(name), default).AsTask())];
    }

    private Batcher NewBatcher(BatchLimits limits) => new(limits, _sender, TimeProvider.System);

    private static BatchRecord Record(string name) => new(Encoding.UTF8.GetBytes(name), name.Length);

    private sealed class PromptSender : IBatchSender
    {
        public async ValueTask<BatchItem[]> SendAsync(IReadOnlyList<BatchRecord> records, CancellationToken cancellationToken)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return new BatchItem[records.Count];
        }
    }

    /// <summary>Holds each call until a test answers the oldest.</summary>
    private sealed class PlayedSender : IBatchSender
    {
        private readonly ConcurrentQueue<string> _calls = new();
        private readonly ConcurrentQueue<(string[] Records, TaskCompletionSource<BatchItem[]> Answer)> _open = new();
        private CancellationToken _last;

        public IReadOnlyList<string> Calls => [.. _calls];

        public bool IsAbandoned => _last.IsCancellationRequested;

        public async ValueTask<BatchItem[]> SendAsync(IReadOnlyList<BatchRecord> records, CancellationToken cancellationToken)
        {
            string[] names = [.. records.Select(record => Encoding.UTF8.GetString(record.Data.Span))];
            var answer = new TaskCompletionSource<BatchItem[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            _last = cancellationToken;
            _open.Enqueue((names, answer));
            _calls.Enqueue(string.Join(' ', names));
            return await answer.Task.WaitAsync(cancellationToken);
        }

        public void Answer(Func<string, BatchItem>? item = null)
        {
            _open.TryDequeue(out var call).ShouldBeTrue();
            call.Answer.SetResult([.. call.Records.Select(item ?? (record => new BatchItem(null, record)))]);
        }

        public void Fail(Exception exception)
        {
            _open.TryDequeue(out var call).ShouldBeTrue();
            call.Answer.SetException(exception);
        }

        public async Task CalledAsync(int count)
        {
            using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (_calls.Count < count)
            {
                guard.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }
}
