using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Tests.Engine.Functions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>The tests that every delivery store must pass.</summary>
public abstract partial class DeliveryStoreContract : IAsyncLifetime
{
    private static readonly Route RouteA = TestRoutes.To(TestRoutes.OfType("test", "a"));
    private static readonly Route RouteB = TestRoutes.To(TestRoutes.OfType("test", "b"));
    private static readonly SubscriptionKey KeyA = KeyOf(RouteA);
    private static readonly SubscriptionKey KeyB = KeyOf(RouteB);
    private IDeliveryStore _store = null!;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public async ValueTask InitializeAsync() => _store = await OpenAsync(Time);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(_store);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Leases_deliveries_by_subscription_and_in_order()
    {
        await AppendAsync(("1", [RouteA, RouteB]), ("2", [RouteA]), ("3", [RouteB]));
        await AppendAsync(("4", [RouteA]));

        (await LeaseIdsAsync(KeyA, 2)).ShouldBe(["1", "2"]);
        (await LeaseIdsAsync(KeyA, 2)).ShouldBe(["4"]);
        (await LeaseIdsAsync(KeyA, 2)).ShouldBeEmpty();
        (await LeaseIdsAsync(KeyB, 9)).ShouldBe(["1", "3"]);
        (await LeaseIdsAsync(KeyB with { SubscriptionId = "other" }, 9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delivers_nothing_to_a_skipped_subscription()
    {
        (await _store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("1"), []) { Skipped = [RouteB] }], default)).IsAccepted.ShouldBeTrue();
        (await _store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("2"), [RouteA]) { Skipped = [RouteB] }], default)).IsAccepted.ShouldBeTrue();

        _store.Count.ShouldBe(1);
        (await _store.ListWaitingAsync(default)).ShouldBe([KeyA]);
        (await LeaseIdsAsync(KeyA, 9)).ShouldBe(["2"]);
        (await LeaseIdsAsync(KeyB, 9)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SpecVersion.V1)]
    [InlineData(SpecVersion.V01)]
    public async Task Leases_the_event_as_it_was_accepted(SpecVersion version)
    {
        var sent = DispatcherFixture.Event("x", 3_000) with
        {
            SpecVersion = version,
            Time = "2029-01-01T00:00:00Z",
            Extensions = [new("traceparent", JsonText.Quote("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))],
        };
        (await _store.AppendAsync([new EventDeliveries(sent, [RouteA])], default)).IsAccepted.ShouldBeTrue();

        var delivery = (await LeaseAsync(KeyA, 1)).Single();
        delivery.Subscription.ShouldBe(KeyA);
        (delivery.EventId, delivery.EventType, delivery.AcceptedAt, delivery.Attempts).ShouldBe(("x", "test.event", Time.GetUtcNow(), 0));
        delivery.Payload.ContentType.ShouldBe(CloudEventReader.StructuredMediaType);
        delivery.Payload.Headers!.Single().Key.ShouldBe("traceparent");
        var read = CloudEventReader.ReadStructured(delivery.Payload.Body).Event!;
        (read.Id, read.Type, read.Source, read.Time).ShouldBe((sent.Id, sent.Type, sent.Source, sent.Time));
        Encoding.UTF8.GetString(delivery.Payload.Body.Span).ShouldContain(new string('a', 3_000));
    }

    [Theory]
    [InlineData(SpecVersion.V1, CloudEventDataKind.Json, "application/json", "\t{\"a\": 1, \"a\":\"\\u0041\"}\r\n")]
    [InlineData(SpecVersion.V1, CloudEventDataKind.Json, null, "\n\"x\" ")]
    [InlineData(SpecVersion.V1, CloudEventDataKind.Text, null, "text")]
    [InlineData(SpecVersion.V1, CloudEventDataKind.Text, "application/json", "")]
    [InlineData(SpecVersion.V01, CloudEventDataKind.Text, null, "te\"xt\n")]
    [InlineData(SpecVersion.V01, CloudEventDataKind.Json, null, " [1]")]
    [InlineData(SpecVersion.V01, CloudEventDataKind.Binary, "image/png", "bytes")]
    [InlineData(SpecVersion.V1, CloudEventDataKind.Binary, null, "bytes")]
    public async Task Keeps_every_byte_of_the_data(SpecVersion version, CloudEventDataKind kind, string? contentType, string text)
    {
        var data = new CloudEventData(kind, Encoding.UTF8.GetBytes(text));
        var sent = DispatcherFixture.Event("x", 0) with { SpecVersion = version, DataContentType = contentType, Data = data };
        (await _store.AppendAsync([new EventDeliveries(sent, [RouteA])], default)).IsAccepted.ShouldBeTrue();

        var read = PayloadReader.Read((await LeaseAsync(KeyA, 1)).Single().Payload).Event.ShouldNotBeNull();

        read.Data.Kind.ShouldBe(kind);
        Encoding.UTF8.GetString(read.Data.Bytes.Span).ShouldBe(text);
    }

    [Fact]
    public async Task Leases_a_retried_delivery_when_it_is_due()
    {
        await AppendAsync(("1", [RouteA]));
        var due = Time.GetUtcNow() + TimeSpan.FromSeconds(10);
        await CompleteAsync((await LeaseAsync(KeyA, 1)).Single(), Retry(due));

        (await LeaseAsync(KeyA, 1, due)).ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(9.999));
        (await LeaseAsync(KeyA, 1, due)).ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(0.001));
        var again = (await LeaseAsync(KeyA, 2)).Single();
        (again.EventId, again.Attempts).ShouldBe(("1", 1));
        await CompleteAsync(again, Retry(Time.GetUtcNow() - TimeSpan.FromDays(1)));
        (await LeaseAsync(KeyA, 2)).Single().Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Leases_deliveries_in_the_order_in_which_they_were_due()
    {
        await AppendAsync(("1", [RouteA]), ("2", [RouteA]), ("3", [RouteA]));
        var leased = await LeaseAsync(KeyA, 3);
        await CompleteAsync(leased[0], Retry(Time.GetUtcNow() + TimeSpan.FromSeconds(3)));
        await CompleteAsync(leased[1], Retry(Time.GetUtcNow() + TimeSpan.FromSeconds(2)));
        await CompleteAsync(leased[2], Retry(Time.GetUtcNow() + TimeSpan.FromSeconds(9)));
        Time.Advance(TimeSpan.FromSeconds(5));
        await AppendAsync(("4", [RouteA]));

        (await LeaseIdsAsync(KeyA, 1)).ShouldBe(["2"]);
        (await LeaseIdsAsync(KeyA, 1)).ShouldBe(["1"]);
        (await LeaseAsync(KeyA, 2, Time.GetUtcNow() + TimeSpan.FromSeconds(4))).Single().EventId.ShouldBe("4");
    }

    [Theory]
    [InlineData(DeliveryFate.Delivered)]
    [InlineData(DeliveryFate.Dropped)]
    [InlineData(DeliveryFate.DeadLettered)]
    public async Task Removes_completed_deliveries(DeliveryFate fate)
    {
        await AppendAsync(("1", [RouteA, RouteB]), ("2", [RouteA]));
        _store.Count.ShouldBe(3);
        (await _store.ListWaitingAsync(default)).ShouldBe([KeyA, KeyB], ignoreOrder: true);

        var leased = await LeaseAsync(KeyA, 2);
        _store.Count.ShouldBe(3);
        await CompleteAsync(leased[0], new DeliveryVerdict(fate) { Reason = "no" });
        _store.Count.ShouldBe(2);
        await CompleteAsync(leased[1], Retry(Time.GetUtcNow()));
        _store.Count.ShouldBe(2);
        (await _store.ListWaitingAsync(default)).ShouldBe([KeyA, KeyB], ignoreOrder: true);
        await CompleteAsync((await LeaseAsync(KeyA, 1)).Single(), new DeliveryVerdict(fate));
        (await LeaseAsync(KeyA, 1)).ShouldBeEmpty();
        (await _store.ListWaitingAsync(default)).ShouldBe([KeyB]);
        _store.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Reads_the_backlog_of_each_space_and_its_oldest_delivery()
    {
        var other = TestRoutes.To(TestRoutes.OfType("test", "c") with { Space = "other" });
        var start = Time.GetUtcNow();
        _store.ReadBacklog().ShouldBeEmpty();
        await AppendAsync(("1", [RouteA, RouteB]));
        Time.Advance(TimeSpan.FromSeconds(1));
        await AppendAsync(("2", [RouteA, other]));
        Time.Advance(TimeSpan.FromSeconds(1));
        await AppendAsync(("3", [RouteB]));
        Backlog().ShouldBe([("default", 4, start), ("other", 1, start.AddSeconds(1))]);

        var leased = await LeaseAsync(KeyA, 2);
        Backlog().ShouldBe([("default", 4, start), ("other", 1, start.AddSeconds(1))]);
        await CompleteAsync(leased[0], Retry(Time.GetUtcNow() + TimeSpan.FromHours(1)));
        await CompleteAsync(leased[1], new DeliveryVerdict(DeliveryFate.Delivered));
        await CompleteAsync((await LeaseAsync(KeyB, 1)).Single(), new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" });
        await CompleteAsync((await LeaseAsync(KeyOf(other), 1)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));
        Backlog().ShouldBe([("default", 2, start)]);

        Time.Advance(TimeSpan.FromHours(1));
        await CompleteAsync((await LeaseAsync(KeyA, 1)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));
        Backlog().ShouldBe([("default", 1, start.AddSeconds(2))]);
        await CompleteAsync((await LeaseAsync(KeyB, 1)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));
        _store.ReadBacklog().ShouldBeEmpty();
    }

    [Fact]
    public async Task Leases_only_overdue_deliveries_on_request()
    {
        var start = Time.GetUtcNow();
        await AppendAsync(("1", [RouteA]), ("2", [RouteA]));
        Time.Advance(TimeSpan.FromMinutes(1));
        await AppendAsync(("3", [RouteA]));
        await CompleteAsync((await LeaseAsync(KeyA, 1)).Single(), Retry(start + TimeSpan.FromHours(1)));
        Time.Advance(TimeSpan.FromHours(2));

        await ShouldLeaseOverdueAsync(start.AddSeconds(-1), [], start);
        await ShouldLeaseOverdueAsync(start, ["2"], start.AddMinutes(1));
        await ShouldLeaseOverdueAsync(start.AddMinutes(1), ["3"], start.AddHours(1));
        await ShouldLeaseOverdueAsync(start.AddHours(1), ["1"], null);
        await ShouldLeaseOverdueAsync(start.AddHours(1), [], null);
    }

    [Fact]
    public async Task Counts_the_waiting_deliveries_of_a_subscription()
    {
        (await _store.CountAsync(KeyA, default)).ShouldBe(0);
        await AppendAsync(("1", [RouteA, RouteB]), ("2", [RouteA]), ("3", [RouteA]));
        (await _store.CountAsync(KeyA, default)).ShouldBe(3);
        await CompleteAsync((await LeaseAsync(KeyA, 1)).Single(), Retry(Time.GetUtcNow() + TimeSpan.FromHours(1)));
        (await _store.CountAsync(KeyA, default)).ShouldBe(3);
        await CompleteAsync((await LeaseAsync(KeyA, 1, null)).Single(), new DeliveryVerdict(DeliveryFate.Delivered));
        (await _store.CountAsync(KeyA, default)).ShouldBe(2);
        (await _store.CountAsync(KeyB, default)).ShouldBe(1);
    }

    [Fact]
    public async Task Holds_a_delivery_without_counting_an_attempt()
    {
        await AppendAsync(("1", [RouteA]));
        var due = Time.GetUtcNow() + TimeSpan.FromSeconds(10);
        await CompleteAsync((await LeaseAsync(KeyA, 1)).Single(), new DeliveryVerdict(DeliveryFate.Held) { RetryAt = due });

        (await LeaseAsync(KeyA, 1, due)).ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(10));
        (await LeaseAsync(KeyA, 1)).Single().Attempts.ShouldBe(0);
    }

    [Fact]
    public async Task Drops_the_deliveries_of_a_subscription_and_accepts_later_ones()
    {
        await AppendAsync(("1", [RouteA, RouteB]), ("2", [RouteA]), ("3", [RouteA]));
        await CompleteAsync((await LeaseAsync(KeyA, 1)).Single(), Retry(Time.GetUtcNow() + TimeSpan.FromSeconds(1)));

        (await DropAsync(KeyA)).ShouldBe(3);
        (await DropAsync(KeyA)).ShouldBe(0);
        _store.Count.ShouldBe(1);
        (await _store.ListWaitingAsync(default)).ShouldBe([KeyB]);
        (await _store.CountAsync(KeyA, default)).ShouldBe(0);

        await AppendAsync(("4", [RouteA]));
        Time.Advance(TimeSpan.FromHours(1));
        (await LeaseIdsAsync(KeyA, 9)).ShouldBe(["4"]);
        (await LeaseIdsAsync(KeyB, 9)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Does_not_retry_a_leased_delivery_that_was_dropped()
    {
        await AppendAsync(("1", [RouteA]), ("2", [RouteA]), ("3", [RouteA]));
        var leased = await LeaseAsync(KeyA, 2);
        await DropAsync(KeyA);
        await AppendAsync(("4", [RouteA]));

        await CompleteAsync(leased[0], Retry(Time.GetUtcNow()));
        await CompleteAsync(leased[1], new DeliveryVerdict(DeliveryFate.Delivered));

        (await LeaseIdsAsync(KeyA, 9)).ShouldBe(["4"]);
        _store.Count.ShouldBe(1);
        await AppendAsync(("5", [RouteA]));
        (await DropAsync(KeyA)).ShouldBeInRange(1, 2);
        (await LeaseIdsAsync(KeyA, 9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Accepts_more_deliveries_than_one_lease_takes()
    {
        for (var i = 0; i < 10; i++)
        {
            await AppendAsync([.. Enumerable.Range(i * 100, 100).Select(n => ($"{n}", new[] { RouteA }))]);
        }

        var ids = new List<string>();
        while (await LeaseAsync(KeyA, 32) is { Length: > 0 } leased)
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
                await AppendAsync(($"{writer}-{i}", [RouteA, RouteB]));
            }
        })));

        foreach (var key in (SubscriptionKey[])[KeyA, KeyB])
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
    public async Task Leases_each_delivery_once_during_concurrent_appends_and_retries()
    {
        var appending = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i += 10)
            {
                await AppendAsync([.. Enumerable.Range(i, 10).Select(n => ($"{n}", new[] { RouteA }))]);
            }
        });

        var attempts = new Dictionary<string, int>();
        while (!appending.IsCompleted || _store.Count > 0)
        {
            var window = new LeasedDelivery[7];
            var lease = await _store.LeaseAsync(KeyA, window, default);
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

    /// <summary>Opens an empty store.</summary>
    protected abstract ValueTask<IDeliveryStore> OpenAsync(TimeProvider timeProvider);

    /// <summary>Closes the store.</summary>
    protected abstract ValueTask CloseAsync(IDeliveryStore store);

    /// <summary>Waits until completions have taken effect.</summary>
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
        var lease = await _store.LeaseOverdueAsync(KeyA, window, dueBy, default);
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
