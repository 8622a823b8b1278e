using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Tests.Engine.Functions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>What every delivery store does.</summary>
public abstract class DeliveryStoreContract : IAsyncLifetime
{
    private static readonly Route _a = TestRoutes.To(TestRoutes.OfType("test", "a"));
    private static readonly Route _b = TestRoutes.To(TestRoutes.OfType("test", "b"));
    private static readonly SubscriptionKey _keyA = KeyOf(_a);
    private static readonly SubscriptionKey _keyB = KeyOf(_b);
    private IDeliveryStore _store = null!;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public async ValueTask InitializeAsync() => _store = await OpenAsync(Time);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(_store);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Hands_out_deliveries_by_subscription_and_in_order()
    {
        await AppendAsync(("1", [_a, _b]), ("2", [_a]), ("3", [_b]));
        await AppendAsync(("4", [_a]));

        (await LeaseIdsAsync(_keyA, 2)).ShouldBe(["1", "2"]);
        (await LeaseIdsAsync(_keyA, 2)).ShouldBe(["4"]);
        (await LeaseIdsAsync(_keyA, 2)).ShouldBeEmpty();
        (await LeaseIdsAsync(_keyB, 9)).ShouldBe(["1", "3"]);
        (await LeaseIdsAsync(_keyB with { SubscriptionId = "other" }, 9)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SpecVersion.V1)]
    [InlineData(SpecVersion.V01)]
    public async Task Hands_out_the_event_as_it_was_accepted(SpecVersion version)
    {
        var sent = DispatcherFixture.Event("x", 3_000) with
        {
            SpecVersion = version,
            Time = "2029-01-01T00:00:00Z",
            Extensions = [new("traceparent", JsonText.Quote("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))],
        };
        (await _store.AppendAsync([new EventDeliveries(sent, [_a])], default)).IsAccepted.ShouldBeTrue();

        var delivery = (await LeaseAsync(_keyA, 1)).Single();
        delivery.Subscription.ShouldBe(_keyA);
        (delivery.EventId, delivery.EventType, delivery.AcceptedAt, delivery.Attempts).ShouldBe(("x", "test.event", Time.GetUtcNow(), 0));
        delivery.Payload.ContentType.ShouldBe(CloudEventReader.StructuredMediaType);
        delivery.Payload.Headers!.Single().Key.ShouldBe("traceparent");
        var read = CloudEventReader.ReadStructured(delivery.Payload.Body).Event!;
        (read.Id, read.Type, read.Source, read.Time).ShouldBe((sent.Id, sent.Type, sent.Source, sent.Time));
        Encoding.UTF8.GetString(delivery.Payload.Body.Span).ShouldContain(new string('a', 3_000));
    }

    [Fact]
    public async Task Hands_out_a_retried_delivery_when_it_is_due()
    {
        await AppendAsync(("1", [_a]));
        var due = Time.GetUtcNow() + TimeSpan.FromSeconds(10);
        await CompleteAsync((await LeaseAsync(_keyA, 1)).Single(), Retry(due));

        (await LeaseAsync(_keyA, 1, due)).ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(9.999));
        (await LeaseAsync(_keyA, 1, due)).ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(0.001));
        var again = (await LeaseAsync(_keyA, 2)).Single();
        (again.EventId, again.Attempts).ShouldBe(("1", 1));
        await CompleteAsync(again, Retry(Time.GetUtcNow() - TimeSpan.FromDays(1)));
        (await LeaseAsync(_keyA, 2)).Single().Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Hands_out_first_what_was_due_first()
    {
        await AppendAsync(("1", [_a]), ("2", [_a]), ("3", [_a]));
        var leased = await LeaseAsync(_keyA, 3);
        await CompleteAsync(leased[0], Retry(Time.GetUtcNow() + TimeSpan.FromSeconds(3)));
        await CompleteAsync(leased[1], Retry(Time.GetUtcNow() + TimeSpan.FromSeconds(2)));
        await CompleteAsync(leased[2], Retry(Time.GetUtcNow() + TimeSpan.FromSeconds(9)));
        Time.Advance(TimeSpan.FromSeconds(5));
        await AppendAsync(("4", [_a]));

        (await LeaseIdsAsync(_keyA, 1)).ShouldBe(["2"]);
        (await LeaseIdsAsync(_keyA, 1)).ShouldBe(["1"]);
        (await LeaseAsync(_keyA, 2, Time.GetUtcNow() + TimeSpan.FromSeconds(4))).Single().EventId.ShouldBe("4");
    }

    [Theory]
    [InlineData(DeliveryFate.Delivered)]
    [InlineData(DeliveryFate.Dropped)]
    [InlineData(DeliveryFate.DeadLettered)]
    public async Task Forgets_what_is_complete(DeliveryFate fate)
    {
        await AppendAsync(("1", [_a, _b]), ("2", [_a]));
        _store.Count.ShouldBe(3);
        (await _store.ListWaitingAsync(default)).ShouldBe([_keyA, _keyB], ignoreOrder: true);

        var leased = await LeaseAsync(_keyA, 2);
        _store.Count.ShouldBe(3);
        await CompleteAsync(leased[0], new DeliveryVerdict(fate) { Reason = "no" });
        _store.Count.ShouldBe(2);
        await CompleteAsync(leased[1], Retry(Time.GetUtcNow()));
        _store.Count.ShouldBe(2);
        (await _store.ListWaitingAsync(default)).ShouldBe([_keyA, _keyB], ignoreOrder: true);
        await CompleteAsync((await LeaseAsync(_keyA, 1)).Single(), new DeliveryVerdict(fate));
        (await LeaseAsync(_keyA, 1)).ShouldBeEmpty();
        (await _store.ListWaitingAsync(default)).ShouldBe([_keyB]);
        _store.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Tells_how_much_waits_in_each_space_and_since_when()
    {
        var other = TestRoutes.To(TestRoutes.OfType("test", "c") with { Space = "other" });
        var start = Time.GetUtcNow();
        _store.ReadBacklog().ShouldBeEmpty();
        await AppendAsync(("1", [_a, _b]));
        Time.Advance(TimeSpan.FromSeconds(1));
        await AppendAsync(("2", [_a, other]));
        Time.Advance(TimeSpan.FromSeconds(1));
        await AppendAsync(("3", [_b]));
        Backlog().ShouldBe([("default", 4, start), ("other", 1, start.AddSeconds(1))]);

        var leased = await LeaseAsync(_keyA, 2);
        Backlog().ShouldBe([("default", 4, start), ("other", 1, start.AddSeconds(1))]);
        await CompleteAsync(leased[0], Retry(Time.GetUtcNow() + TimeSpan.FromHours(1)));
        await CompleteAsync(leased[1], new DeliveryVerdict(DeliveryFate.Delivered));
        await CompleteAsync((await LeaseAsync(_keyB, 1)).Single(), new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" });
        await CompleteAsync((await LeaseAsync(KeyOf(other), 1)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));
        Backlog().ShouldBe([("default", 2, start)]);

        Time.Advance(TimeSpan.FromHours(1));
        await CompleteAsync((await LeaseAsync(_keyA, 1)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));
        Backlog().ShouldBe([("default", 1, start.AddSeconds(2))]);
        await CompleteAsync((await LeaseAsync(_keyB, 1)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));
        _store.ReadBacklog().ShouldBeEmpty();
    }

    [Fact]
    public async Task Hands_out_only_what_is_overdue_when_that_is_asked_for()
    {
        var start = Time.GetUtcNow();
        await AppendAsync(("1", [_a]), ("2", [_a]));
        Time.Advance(TimeSpan.FromMinutes(1));
        await AppendAsync(("3", [_a]));
        await CompleteAsync((await LeaseAsync(_keyA, 1)).Single(), Retry(start + TimeSpan.FromHours(1)));
        Time.Advance(TimeSpan.FromHours(2));

        await ShouldLeaseOverdueAsync(start.AddSeconds(-1), [], start);
        await ShouldLeaseOverdueAsync(start, ["2"], start.AddMinutes(1));
        await ShouldLeaseOverdueAsync(start.AddMinutes(1), ["3"], start.AddHours(1));
        await ShouldLeaseOverdueAsync(start.AddHours(1), ["1"], null);
        await ShouldLeaseOverdueAsync(start.AddHours(1), [], null);
    }

    [Fact]
    public async Task Counts_what_waits_for_a_subscription()
    {
        (await _store.CountAsync(_keyA, default)).ShouldBe(0);
        await AppendAsync(("1", [_a, _b]), ("2", [_a]), ("3", [_a]));
        (await _store.CountAsync(_keyA, default)).ShouldBe(3);
        await CompleteAsync((await LeaseAsync(_keyA, 1)).Single(), Retry(Time.GetUtcNow() + TimeSpan.FromHours(1)));
        (await _store.CountAsync(_keyA, default)).ShouldBe(3);
        await CompleteAsync((await LeaseAsync(_keyA, 1, null)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));
        (await _store.CountAsync(_keyA, default)).ShouldBe(2);
        (await _store.CountAsync(_keyB, default)).ShouldBe(1);
    }

    [Fact]
    public async Task Holds_a_delivery_without_counting_an_attempt()
    {
        await AppendAsync(("1", [_a]));
        var due = Time.GetUtcNow() + TimeSpan.FromSeconds(10);
        await CompleteAsync((await LeaseAsync(_keyA, 1)).Single(), new DeliveryVerdict(DeliveryFate.Held) { RetryAt = due });

        (await LeaseAsync(_keyA, 1, due)).ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(10));
        (await LeaseAsync(_keyA, 1)).Single().Attempts.ShouldBe(0);
    }

    [Fact]
    public async Task Drops_what_waits_for_a_subscription_and_takes_on_what_comes_after()
    {
        await AppendAsync(("1", [_a, _b]), ("2", [_a]), ("3", [_a]));
        await CompleteAsync((await LeaseAsync(_keyA, 1)).Single(), Retry(Time.GetUtcNow() + TimeSpan.FromSeconds(1)));

        (await DropAsync(_keyA)).ShouldBe(3);
        (await DropAsync(_keyA)).ShouldBe(0);
        _store.Count.ShouldBe(1);
        (await _store.ListWaitingAsync(default)).ShouldBe([_keyB]);
        (await _store.CountAsync(_keyA, default)).ShouldBe(0);

        await AppendAsync(("4", [_a]));
        Time.Advance(TimeSpan.FromHours(1));
        (await LeaseIdsAsync(_keyA, 9)).ShouldBe(["4"]);
        (await LeaseIdsAsync(_keyB, 9)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Does_not_retry_what_was_leased_when_it_was_dropped()
    {
        await AppendAsync(("1", [_a]), ("2", [_a]), ("3", [_a]));
        var leased = await LeaseAsync(_keyA, 2);
        await DropAsync(_keyA);
        await AppendAsync(("4", [_a]));

        await CompleteAsync(leased[0], Retry(Time.GetUtcNow()));
        await CompleteAsync(leased[1], new DeliveryVerdict(DeliveryFate.Delivered));

        (await LeaseIdsAsync(_keyA, 9)).ShouldBe(["4"]);
        _store.Count.ShouldBe(1);
        await AppendAsync(("5", [_a]));
        (await DropAsync(_keyA)).ShouldBeInRange(1, 2);
        (await LeaseIdsAsync(_keyA, 9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Takes_more_than_it_hands_out_at_once()
    {
        for (var i = 0; i < 10; i++)
        {
            await AppendAsync([.. Enumerable.Range(i * 100, 100).Select(n => ($"{n}", new[] { _a }))]);
        }

        var ids = new List<string>();
        while (await LeaseAsync(_keyA, 32) is { Length: > 0 } leased)
        {
            ids.AddRange(leased.Select(delivery => delivery.EventId));
        }

        ids.ShouldBe(Enumerable.Range(0, 1000).Select(n => $"{n}"));
    }

    [Fact]
    public async Task Keeps_each_of_concurrent_appends_once()
    {
        const int Writers = 8;
        const int Each = 100;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                await AppendAsync(($"{writer}-{i}", [_a, _b]));
            }
        })));

        foreach (var key in (SubscriptionKey[])[_keyA, _keyB])
        {
            var ids = await LeaseIdsAsync(key, Writers * Each * 2);
            ids.ShouldBe(Enumerable.Range(0, Writers).SelectMany(writer => Enumerable.Range(0, Each).Select(i => $"{writer}-{i}")), ignoreOrder: true);
            foreach (var ofWriter in ids.GroupBy(id => id[0]))
            {
                ofWriter.Select(id => int.Parse(id[2..])).ShouldBeInOrder();
            }
        }
    }

    [Fact]
    public async Task Gives_each_delivery_to_one_lease_while_others_append_and_retry()
    {
        var appending = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i += 10)
            {
                await AppendAsync([.. Enumerable.Range(i, 10).Select(n => ($"{n}", new[] { _a }))]);
            }
        });

        var attempts = new Dictionary<string, int>();
        while (!appending.IsCompleted || _store.Count > 0)
        {
            var window = new LeasedDelivery[7];
            var lease = await _store.LeaseAsync(_keyA, window, default);
            foreach (var delivery in window[..lease.Count])
            {
                attempts.GetValueOrDefault(delivery.EventId).ShouldBe(delivery.Attempts);
                attempts[delivery.EventId] = delivery.Attempts + 1;
                var fate = delivery.Attempts < delivery.EventId.Length - 1 ? Retry(Time.GetUtcNow()) : new DeliveryVerdict(DeliveryFate.Delivered);
                await _store.CompleteAsync(delivery, fate, default);
            }

            await Task.Yield();
        }

        await appending;
        attempts.Count.ShouldBe(300);
        attempts.ShouldAllBe(item => item.Value == item.Key.Length);
    }

    protected static DeliveryVerdict Retry(DateTimeOffset due) => new(DeliveryFate.Retried) { RetryAt = due, Reason = "not now" };

    protected static SubscriptionKey KeyOf(Route route) =>
        new(route.Subscription.Space, route.Subscription.SubscriptionId, route.Subscription.FunctionId);

    /// <summary>Opens a store that is empty.</summary>
    protected abstract ValueTask<IDeliveryStore> OpenAsync(TimeProvider timeProvider);

    /// <summary>Closes it.</summary>
    protected abstract ValueTask CloseAsync(IDeliveryStore store);

    /// <summary>Waits until what was completed has come into effect.</summary>
    protected abstract ValueTask SettleAsync(IDeliveryStore store);

    private async Task AppendAsync(params (string Id, Route[] Routes)[] events) =>
        (await _store.AppendAsync([.. events.Select(item => new EventDeliveries(DispatcherFixture.Event(item.Id), item.Routes))], default))
            .IsAccepted.ShouldBeTrue();

    private (string Space, long Deliveries, DateTimeOffset Oldest)[] Backlog() =>
        [.. _store.ReadBacklog().Select(item => (item.Space, item.Deliveries, item.OldestAcceptedAt!.Value)).OrderBy(item => item.Space)];

    private async Task CompleteAsync(LeasedDelivery delivery, DeliveryVerdict verdict)
    {
        await _store.CompleteAsync(delivery, verdict, default);
        await SettleAsync(_store);
    }

    private async Task<long> DropAsync(SubscriptionKey key)
    {
        var dropped = await _store.DropAsync([key], null, default);
        await SettleAsync(_store);
        dropped.FilesLeft.ShouldBeEmpty();
        return dropped.Deliveries;
    }

    private async Task ShouldLeaseOverdueAsync(DateTimeOffset dueBy, string[] ids, DateTimeOffset? next)
    {
        var window = new LeasedDelivery[2];
        var lease = await _store.LeaseOverdueAsync(_keyA, window, dueBy, default);
        window[..lease.Count].Select(delivery => delivery.EventId).ShouldBe(ids);
        lease.NextDue.ShouldBe(next);
    }

    private async Task<LeasedDelivery[]> LeaseAsync(SubscriptionKey key, int most, DateTimeOffset? next = null)
    {
        var window = new LeasedDelivery[most];
        var lease = await _store.LeaseAsync(key, window, default);
        lease.NextDue.ShouldBe(next);
        return window[..lease.Count];
    }

    private async Task<string[]> LeaseIdsAsync(SubscriptionKey key, int most)
    {
        var window = new LeasedDelivery[most];
        var lease = await _store.LeaseAsync(key, window, default);
        return [.. window[..lease.Count].Select(delivery => delivery.EventId)];
    }
}
