using EventGateway.Abstractions.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

// Events that are accepted once in a window.
public abstract partial class DeliveryStoreContract
{
    [Fact]
    public async Task Stores_an_event_once_within_its_window()
    {
        (await AppendKeyedAsync(("1", Keys("a")))).ShouldBeNull();
        (await AppendKeyedAsync(("2", Keys("a")))).ShouldBe([0]);
        (await AppendKeyedAsync(("3", null))).ShouldBeNull();
        (await AppendKeyedAsync(("4", Keys("b")), ("5", Keys("a")), ("6", Keys("b")), ("7", Keys("c")))).ShouldBe([1, 2]);

        _store.Count.ShouldBe(4);
        (await LeaseIdsAsync(KeyA, 9)).ShouldBe(["1", "3", "4", "7"]);
    }

    [Fact]
    public async Task Stores_an_event_again_once_its_window_has_ended()
    {
        await AppendKeyedAsync(("1", Keys("a", seconds: 60)), ("2", Keys("b", seconds: 10)));
        Time.Advance(TimeSpan.FromSeconds(10));
        (await AppendKeyedAsync(("3", Keys("a", seconds: 1)), ("4", Keys("b", seconds: 10)))).ShouldBe([0]);
        Time.Advance(TimeSpan.FromSeconds(49.999));
        (await AppendKeyedAsync(("5", Keys("a", seconds: 60)))).ShouldBe([0]);
        Time.Advance(TimeSpan.FromSeconds(0.001));
        (await AppendKeyedAsync(("6", Keys("a", seconds: 60)))).ShouldBeNull();

        (await LeaseIdsAsync(KeyA, 9)).ShouldBe(["1", "2", "4", "6"]);
    }

    [Fact]
    public async Task Finds_an_event_by_either_of_its_keys()
    {
        await AppendKeyedAsync(("1", Keys("a", "x")));
        (await AppendKeyedAsync(("2", Keys("b", "x")), ("3", Keys("a")), ("4", Keys("x")), ("5", Keys("b")))).ShouldBe([0, 1, 2]);

        (await LeaseIdsAsync(KeyA, 9)).ShouldBe(["1", "5"]);
    }

    [Fact]
    public async Task Finds_duplicates_of_events_that_have_been_delivered()
    {
        await AppendKeyedAsync(("1", Keys("a")));
        await CompleteAsync((await LeaseAsync(KeyA, 1)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));

        (await AppendKeyedAsync(("2", Keys("a")))).ShouldBe([0]);
        _store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Stores_one_of_equal_events_that_arrive_at_once()
    {
        const int Senders = 16;
        const int Each = 20;
        var duplicates = 0;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                Interlocked.Add(ref duplicates, (await AppendKeyedAsync(($"{i}", Keys($"{i}")), ($"{i}-b", Keys($"{i}-b"))))?.Length ?? 0);
            }
        })));

        duplicates.ShouldBe((Senders - 1) * Each * 2);
        (await LeaseIdsAsync(KeyA, 1000)).ShouldBe(Enumerable.Range(0, Each).SelectMany(i => new[] { $"{i}", $"{i}-b" }), ignoreOrder: true);
    }

    private static EventKeys Keys(string first, string? second = null, int seconds = 60) =>
        new(TimeSpan.FromSeconds(seconds), EventKey.Of(first), second is null ? null : EventKey.Of(second));

    private async Task<int[]?> AppendKeyedAsync(params (string Id, EventKeys? Keys)[] events)
    {
        var result = await _store.AppendAsync(
            [.. events.Select(item => new EventDeliveries(DispatcherFixture.Event(item.Id), [RouteA]) { Keys = item.Keys })], default);
        result.IsAccepted.ShouldBeTrue();
        return result.Duplicates;
    }
}
