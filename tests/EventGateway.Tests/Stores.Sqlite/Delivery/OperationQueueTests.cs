using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class OperationQueueTests
{
    private readonly OperationQueue _queue = new(new DeliveryStoreSettings { QueueLength = 1 });
    private readonly List<Operation> _taken = [];

    [Fact]
    public async Task Waits_when_only_work_that_may_not_be_taken_is_queued()
    {
        await _queue.AddAsync(new FlushOperation(), CancellationToken.None);
        var taking = new Thread(() => _queue.Take(_taken, atMost: null, others: false));
        taking.Start();
        await Eventually.HoldsAsync(() => !taking.IsAlive || taking.ThreadState.HasFlag(ThreadState.WaitSleepJoin));

        taking.IsAlive.ShouldBeTrue();
        var append = AppendOperation.Of([]);
        _queue.TryAdd(append).ShouldBeTrue();
        taking.Join(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        _taken.ShouldBe([append]);
    }

    [Fact]
    public async Task Refuses_operations_that_wait_for_room_when_closed()
    {
        await _queue.AddAsync(new FlushOperation(), CancellationToken.None);
        var waiting = _queue.AddAsync(new FlushOperation(), CancellationToken.None).AsTask();
        waiting.IsCompleted.ShouldBeFalse();

        _queue.Close();

        await Should.ThrowAsync<ObjectDisposedException>(waiting.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }
}
