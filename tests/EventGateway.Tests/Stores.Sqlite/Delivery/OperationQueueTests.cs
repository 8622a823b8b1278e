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
    public async Task Waits_for_work_that_it_may_take_while_there_is_other()
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
    public async Task Refuses_what_waits_for_room_when_it_is_closed()
    {
        await _queue.AddAsync(new FlushOperation(), CancellationToken.None);
        var waiting = _queue.AddAsync(new FlushOperation(), CancellationToken.None).AsTask();
        waiting.IsCompleted.ShouldBeFalse();

        _queue.Close();

        await Should.ThrowAsync<ObjectDisposedException>(waiting.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }
}
