using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Tests.Engine.Delivery;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class SqliteEventLogTests
{
    private static readonly DeliveryVerdict Delivered = new(DeliveryFate.Delivered);

    [Fact]
    public async Task Logs_events_with_their_deliveries_and_attempts()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new() { SegmentBytes = 16 * 1024 } }.OpenAsync();
        for (var i = 0; i < 30; i++)
        {
            await fixture.AppendAsync(2_000, ($"{i}", [A, B]));
            fixture.Time.Advance(TimeSpan.FromMinutes(5));
        }

        var start = fixture.Time.GetUtcNow();
        var failed = new DeliveryAttempt(start, TimeSpan.FromMilliseconds(5), FunctionOutcome.Retryable, 500, new string('e', 5_000));
        var leased = (await fixture.LeaseAsync(KeyA, 1)).Single();
        await fixture.CompleteAsync(leased, DeliveryVerdictTo(fixture, 7) with { Attempt = failed });
        fixture.Time.Advance(TimeSpan.FromSeconds(7));
        var again = (await fixture.LeaseAsync(KeyA)).Single(delivery => delivery.EventId == "0");
        await fixture.CompleteAsync(again, Delivered with { Attempt = failed with { Outcome = FunctionOutcome.Success, Status = 200, Error = null } });

        IEventLog log = fixture.Store;
        var found = (await log.FindAsync("default", "0", null, default))!;
        var (a, b) = (found.Deliveries[0], found.Deliveries[1]);
        (a.Subscription, a.State, a.DueAt).ShouldBe((KeyA, DeliveryState.Delivered, null));
        a.Attempts.Select(attempt => (attempt.Status, attempt.Error?.Length)).ShouldBe([(500, 1280), (200, null)]);
        (b.Subscription, b.State, b.Attempts.Count).ShouldBe((KeyB, DeliveryState.Waiting, 0));
        Encoding.UTF8.GetString(found.Event.Span).ShouldContain("/test");

        var ids = new List<string>();
        for (string? cursor = null; ids.Count == 0 || cursor is not null;)
        {
            var page = await log.ListAsync(new EventFilter { Space = "default", Type = "test.event" }, 7, cursor, default);
            ids.AddRange(page.Items.Select(item => item.Id));
            cursor = page.Next;
        }

        ids.ShouldBe(Enumerable.Range(0, 30).Reverse().Select(i => $"{i}"));
        var range = new EventFilter { Space = "default", From = start - TimeSpan.FromMinutes(15), To = start - TimeSpan.FromMinutes(5) };
        (await log.ListAsync(range, 9, null, default)).Items.Select(item => item.Id).ShouldBe(["28", "27"]);
        (await log.ListAsync(new EventFilter { Space = "default", Source = "/other" }, 9, null, default)).Items.ShouldBeEmpty();
        (await log.FindAsync("other", "0", null, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Finds_an_event_by_its_id_and_source()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A]));
        await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("1") with { Source = "/other" }, [B])], default);

        IEventLog log = fixture.Store;
        (await log.FindAsync("default", "1", "/test", default))!.Deliveries.Single().Subscription.ShouldBe(KeyA);
        (await log.FindAsync("default", "1", "/other", default))!.Deliveries.Single().Subscription.ShouldBe(KeyB);
        (await log.FindAsync("default", "1", null, default))!.Source.ShouldBe("/other");
        (await log.FindAsync("default", "1", "/none", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Logs_an_event_for_the_disabled_subscriptions_that_did_not_get_it()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        var elsewhere = new Route(B.Subscription with { Space = "other", DisabledReason = null }, B.Function);
        var disabled = new Route(B.Subscription with { Enabled = false, DisabledReason = "Its owner rests." }, B.Function);
        await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("alone"), []) { Skipped = [disabled, elsewhere] }], default);
        await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("both"), [A]) { Skipped = [disabled] }], default);

        await fixture.ReopenAsync();

        var alone = (await ((IEventLog)fixture.Store).FindAsync("default", "alone", null, default))!.Deliveries.ShouldHaveSingleItem();
        (alone.Subscription, alone.State, alone.Reason, alone.DueAt).ShouldBe((KeyB, DeliveryState.Skipped, "The subscription is disabled. Its owner rests.", null));
        (alone.AcceptedAt, alone.Attempts.Count).ShouldBe((fixture.Time.GetUtcNow(), 0));
        (await ((IEventLog)fixture.Store).FindAsync("other", "alone", null, default))!.Deliveries.Single().Reason.ShouldBe("The subscription is disabled.");
        var both = (await ((IEventLog)fixture.Store).FindAsync("default", "both", null, default))!.Deliveries;
        both.Select(delivery => (delivery.Subscription, delivery.State)).ShouldBe([(KeyA, DeliveryState.Waiting), (KeyB, DeliveryState.Skipped)], ignoreOrder: true);
        fixture.Store.Count.ShouldBe(1);
        (await fixture.LeaseIdsAsync(KeyB)).ShouldBeEmpty();
        var range = new LogRange { Space = "default", EventTypes = ["test.event"], To = fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(1) };
        (await fixture.Store.ReadAsync(range, null, 9, long.MaxValue, default)).Events.Select(IdOf).ShouldBe(["alone", "both"]);
    }

    [Fact]
    public async Task Stores_nothing_for_disabled_subscriptions_without_a_log()
    {
        await using var fixture = await new SqliteDeliveryFixture { Options = new() { Retention = TimeSpan.Zero } }.OpenAsync();
        (await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("1"), []) { Skipped = [B] }], default)).IsAccepted.ShouldBeTrue();
        (await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("2"), [A]) { Skipped = [B] }], default)).IsAccepted.ShouldBeTrue();

        await fixture.Store.DisposeAsync();

        using var file = new SqliteConnection($"Data Source={fixture.PathOf(fixture.Files.Order().First() + ".db")};Pooling=False");
        file.Open();
        using var count = file.CreateCommand();
        count.CommandText = "SELECT (SELECT group_concat(id) FROM events) || ' ' || (SELECT count(*) FROM attempts)";
        count.ExecuteScalar().ShouldBe("2 0");
    }

    [Fact]
    public async Task Logs_skipped_events_while_no_more_deliveries_may_wait()
    {
        await using var fixture = await new SqliteDeliveryFixture { Options = new() { BacklogBytes = 1 } }.OpenAsync();
        (await fixture.AppendAsync(("1", [A]))).IsAccepted.ShouldBeTrue();
        (await fixture.AppendAsync(("2", [A]))).IsAccepted.ShouldBeFalse();

        var skipped = new EventDeliveries(DispatcherFixture.Event("3"), []) { Skipped = [B] };
        (await fixture.Store.AppendAsync([skipped], default)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Reads_events_of_all_files_oldest_first_without_copies()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new() { SegmentBytes = 16 * 1024 } }.OpenAsync();
        var start = fixture.Time.GetUtcNow();
        for (var i = 0; i < 30; i++)
        {
            var bytes = i == 7 ? 9_000 : 2_000;
            await fixture.AppendAsync(bytes, ($"{i}", [A, B]));
            await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("copy"), [A]) { Cause = DeliveryCause.Replayed }], default);
            await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event("other") with { Type = "other" }, [A])], default);
            fixture.Time.Advance(TimeSpan.FromMinutes(5));
        }

        var range = new LogRange { Space = "default", EventTypes = ["test.event", "none"], To = fixture.Time.GetUtcNow() };
        var parts = new List<int>();
        var ids = new List<string>();
        for (string? position = null; parts.Count == 0 || position is not null;)
        {
            var part = await fixture.Store.ReadAsync(range, position, 4, 8_000, default);
            ids.AddRange(part.Events.Select(IdOf));
            parts.Add(part.Events.Count);
            position = part.Next;
            if (parts.Count == 2)
            {
                await fixture.ReopenAsync();
            }
        }

        ids.ShouldBe(Enumerable.Range(0, 30).Select(i => $"{i}"));
        parts[..3].ShouldBe([4, 4, 4]);
        var narrow = range with { From = start + TimeSpan.FromMinutes(10), To = start + TimeSpan.FromMinutes(25) };
        (await fixture.Store.ReadAsync(narrow, null, 9, long.MaxValue, default)).Events.Select(IdOf).ShouldBe(["2", "3", "4"]);
        (await fixture.Store.ReadAsync(range, null, 9, 4_000, default)).Events.Count.ShouldBe(2);
        (await fixture.Store.ReadAsync(range with { Space = "none" }, null, 9, 9, default)).Next.ShouldBeNull();
        (await fixture.Store.ListAsync(new EventFilter { Space = "default", Id = "copy" }, 9, null, default)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reads_the_events_of_families_letter_by_letter()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        foreach (var type in new[] { "a_b.c", "axb.c", "A_B.c", "a_b", "a_b.é.😀", "a_b.*", "a_b.é", "other", "last" })
        {
            await fixture.Store.AppendAsync([new EventDeliveries(DispatcherFixture.Event(type) with { Type = type }, [A])], default);
        }

        (await ReadAsync("a_b.*")).ShouldBe(["a_b.c", "a_b.é.😀", "a_b.*", "a_b.é"]);
        (await ReadAsync("a_b.é.*")).ShouldBe(["a_b.é.😀"]);
        (await ReadAsync("a_b.*", "a_b.é.*", "last", "a_b.c")).ShouldBe(["a_b.c", "a_b.é.😀", "a_b.*", "a_b.é", "last"]);
        (await ReadAsync("other")).ShouldBe(["other"]);

        async Task<IEnumerable<string>> ReadAsync(params string[] types)
        {
            var range = new LogRange { Space = "default", EventTypes = types, To = fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(1) };
            return (await fixture.Store.ReadAsync(range, null, 99, long.MaxValue, default)).Events.Select(IdOf);
        }
    }

    [Fact]
    public async Task Shows_an_event_once_with_the_deliveries_of_all_its_copies()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new() { SegmentBytes = 16 * 1024 } }.OpenAsync();
        var start = fixture.Time.GetUtcNow();
        await fixture.AppendAsync(9_000, ("1", [A, B]));
        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyB)).Single(), Delivered);
        var died = new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" };
        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), died);
        for (var i = 0; i < 10; i++)
        {
            await fixture.AppendAsync(9_000, ($"other{i}", [B]));
        }

        fixture.Time.Advance(TimeSpan.FromHours(1));
        (await fixture.Store.RedeliverAsync(new DeadLetterFilter { Space = "default" }, static _ => true, default)).Count.ShouldBe(1);
        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), Delivered);
        var copy = DispatcherFixture.Event("1");
        await fixture.Store.AppendAsync([new EventDeliveries(copy, [B]) { Cause = DeliveryCause.Replayed }], default);
        await fixture.Store.AppendAsync([new EventDeliveries(copy with { Source = "/other" }, [B]) { Cause = DeliveryCause.Replayed }], default);

        var found = (await ((IEventLog)fixture.Store).FindAsync("default", "1", null, default)).ShouldNotBeNull();
        found.AcceptedAt.ShouldBe(start);
        found.Event.Length.ShouldBeGreaterThan(9_000);
        found.Deliveries.Select(delivery => (delivery.Subscription, delivery.Cause, delivery.AcceptedAt, delivery.State)).ShouldBe(
        [
            (KeyA, DeliveryCause.Accepted, start, DeliveryState.DeadLettered),
            (KeyB, DeliveryCause.Accepted, start, DeliveryState.Delivered),
            (KeyA, DeliveryCause.Redelivered, start + TimeSpan.FromHours(1), DeliveryState.Delivered),
            (KeyB, DeliveryCause.Replayed, start + TimeSpan.FromHours(1), DeliveryState.Waiting),
        ]);
        (await fixture.Store.ListAsync(new EventFilter { Space = "default", Id = "1" }, 9, null, default)).Items.Single().AcceptedAt.ShouldBe(start);
    }

    [Theory]
    [InlineData(0, 1_000_000)]
    [InlineData(60, 0)]
    public async Task Has_no_log_when_nothing_is_retained(int seconds, long bytes)
    {
        await using var fixture = new SqliteDeliveryFixture
        {
            Options = new() { Retention = TimeSpan.FromSeconds(seconds), RetentionBytes = bytes },
            Settings = new() { SegmentBytes = 32 * 1024 },
        };
        await fixture.OpenAsync();
        for (var i = 0; i < 50; i++)
        {
            await fixture.AppendAsync(4_000, ($"{i}", [A]));
            await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), Delivered);
        }

        await fixture.AppendAsync(("waits", [A]));
        for (var i = 0; i < 1000 && fixture.Files.Count() >= 5; i++)
        {
            await fixture.Store.FlushAsync();
        }

        fixture.Files.Count().ShouldBeLessThan(5);
        (await fixture.Store.ListAsync(new EventFilter { Space = "default" }, 99, null, default)).Items.ShouldBeEmpty();
        (await ((IEventLog)fixture.Store).FindAsync("default", "waits", null, default)).ShouldBeNull();
        var range = new LogRange { Space = "default", EventTypes = ["test.event"], To = fixture.Time.GetUtcNow() + TimeSpan.FromDays(1) };
        (await fixture.Store.ReadAsync(range, null, 9, 9, default)).Events.ShouldBeEmpty();
        await fixture.ReopenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["waits"]);
    }

    private static DeliveryVerdict DeliveryVerdictTo(SqliteDeliveryFixture fixture, int seconds) =>
        new(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds), Reason = "not now" };

    private static string IdOf(ReadOnlyMemory<byte> json) => CloudEventReader.ReadStructured(json).Event!.Id;
}
