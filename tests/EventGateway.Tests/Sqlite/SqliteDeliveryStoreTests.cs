using System.Text;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Delivery;
using EventGateway.Core.Functions;
using EventGateway.Tests.Delivery;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Sqlite.SqliteDeliveryFixture;

namespace EventGateway.Tests.Sqlite;

public sealed class SqliteDeliveryStoreTests
{
    private static readonly DeliveryVerdict _delivered = new(DeliveryFate.Delivered);

    [Fact]
    public async Task Hands_out_again_after_reopening_what_was_not_completed()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A, B]), ("2", [A]), ("3", [A]));
        var leased = await fixture.LeaseAsync(KeyA, 2);
        await fixture.Store.CompleteAsync(leased[0], _delivered, default);
        await fixture.Store.CompleteAsync(leased[1], DeliveryVerdictTo(fixture, 5), default);

        await fixture.ReopenAsync();

        (await fixture.Store.ListWaitingAsync(default)).ShouldBe([KeyA, KeyB], ignoreOrder: true);
        await fixture.Store.FlushAsync();
        fixture.Store.Count.ShouldBe(3);
        fixture.Store.ReadBacklog().ShouldBe([new SpaceBacklog("default", 3, fixture.Time.GetUtcNow())]);
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["3"]);
        (await fixture.LeaseIdsAsync(KeyB)).ShouldBe(["1"]);
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        var again = (await fixture.LeaseAsync(KeyA)).Single();
        (again.EventId, again.Attempts).ShouldBe(("2", 1));
    }

    [Fact]
    public async Task Has_after_a_crash_all_that_was_accepted()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            (await fixture.AppendAsync(($"{i}", [A]))).IsAccepted.ShouldBeTrue();
        }

        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA, 3))[0], _delivered);

        await using var after = await fixture.CrashAsync();
        (await after.LeaseIdsAsync(KeyA)).ShouldBe(Enumerable.Range(1, 19).Select(i => $"{i}"));
        (await after.AppendAsync(("new", [A]))).IsAccepted.ShouldBeTrue();
        (await after.LeaseIdsAsync(KeyA)).ShouldBe(["new"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuses_while_the_disk_is_full_and_goes_on_by_itself(bool committedAllTheSame)
    {
        var full = false;
        void Fail()
        {
            if (Volatile.Read(ref full))
            {
                throw new SqliteException("full", 13);
            }
        }

        await using var fixture = new SqliteDeliveryFixture();
        fixture.Settings = committedAllTheSame ? fixture.Settings with { Committed = Fail } : fixture.Settings with { Committing = Fail };
        await fixture.OpenAsync();
        await fixture.AppendAsync(("1", [A]), ("2", [A]), ("3", [A]));
        var leased = await fixture.LeaseAsync(KeyA);
        Volatile.Write(ref full, true);

        (await fixture.AppendAsync(("4", [A]))).Status.ShouldBe(AcceptStatus.Full);
        await fixture.Store.CompleteAsync(leased[0], _delivered, default);
        await fixture.Store.CompleteAsync(leased[1], DeliveryVerdictTo(fixture, 0), default);
        await fixture.Store.CompleteAsync(leased[2], new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" }, default);
        (await fixture.AppendAsync(("5", [A]))).Status.ShouldBe(AcceptStatus.Full);

        Volatile.Write(ref full, false);
        await fixture.Store.FlushAsync();
        (await fixture.AppendAsync(("6", [A]))).IsAccepted.ShouldBeTrue();
        await fixture.ReopenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).Except(["4", "5"]).ShouldBe(["2", "6"]);
        (await fixture.Store.ListAsync(new DeadLetterFilter { Space = "default" }, 9, null, default)).Items.Single().EventId.ShouldBe("3");
    }

    [Fact]
    public async Task Counts_right_after_a_transaction_that_was_made_but_looked_failed()
    {
        var fail = false;
        await using var fixture = new SqliteDeliveryFixture();
        fixture.Settings = fixture.Settings with
        {
            Committed = () =>
            {
                if (fail)
                {
                    fail = false;
                    throw new SqliteException("I/O error", 10);
                }
            },
        };
        await fixture.OpenAsync();
        await fixture.AppendAsync(("1", [A]), ("2", [A]));
        var leased = await fixture.LeaseAsync(KeyA);
        fail = true;
        await fixture.CompleteAsync(leased[0], DeliveryVerdictTo(fixture, 1));

        fixture.Store.Count.ShouldBe(2);
        fixture.Store.ReadBacklog().Single().Deliveries.ShouldBe(2);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["1"]);
        await fixture.CompleteAsync(leased[1], _delivered);
        fixture.Store.Count.ShouldBe(1);
        fixture.Store.ReadBacklog().Single().Deliveries.ShouldBe(1);
    }

    [Fact]
    public async Task Is_full_when_too_much_waits()
    {
        await using var fixture = await new SqliteDeliveryFixture { Options = new() { BacklogBytes = 100_000 } }.OpenAsync();
        var accepted = 0;
        while ((await fixture.AppendAsync(10_000, ($"{accepted}", [A]))).IsAccepted)
        {
            accepted++;
        }

        accepted.ShouldBeInRange(5, 10);
        foreach (var delivery in await fixture.LeaseAsync(KeyA))
        {
            await fixture.CompleteAsync(delivery, _delivered);
        }

        (await fixture.AppendAsync(10_000, ("x", [A]))).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Deletes_old_files_but_none_in_which_deliveries_wait()
    {
        await using var fixture = new SqliteDeliveryFixture { Options = new() { RetentionBytes = 400_000 } };
        await fixture.OpenAsync();
        await fixture.AppendAsync(("waits", [B]));
        for (var i = 0; i < 300; i++)
        {
            (await fixture.AppendAsync(5_000, ($"{i}", [A]))).IsAccepted.ShouldBeTrue();
            await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), _delivered);
        }

        await fixture.ReopenAsync();
        fixture.Bytes.ShouldBeLessThan(1_500_000);
        var log = await fixture.Store.ListAsync(new EventFilter { Space = "default" }, 1000, null, default);
        log.Items.Count.ShouldBeInRange(20, 100);
        log.Items[^1].Id.ShouldBe("waits");

        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyB)).Single(), _delivered);
        fixture.Store.Count.ShouldBe(0);
        fixture.Time.Advance(TimeSpan.FromHours(25));
        await fixture.AppendAsync(("last", [A]));
        for (var i = 0; i < 1000 && fixture.Files.Count() > 3; i++)
        {
            await fixture.Store.FlushAsync();
        }

        (await fixture.Store.ListAsync(new EventFilter { Space = "default", Id = "299" }, 9, null, default)).Items.Count.ShouldBeLessThan(2);
        (await ((IEventLog)fixture.Store).FindAsync("default", "waits", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Redelivers_and_deletes_dead_letters()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A, B]), ("2", [A]));
        var attempt = new DeliveryAttempt(fixture.Time.GetUtcNow(), TimeSpan.FromSeconds(1), FunctionOutcome.Permanent, 400, "bad, it said");
        foreach (var delivery in (LeasedDelivery[])[.. await fixture.LeaseAsync(KeyA), .. await fixture.LeaseAsync(KeyB)])
        {
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "bad", Attempt = attempt });
        }

        await fixture.ReopenAsync();
        IDeadLetterStore letters = fixture.Store;
        var filter = new DeadLetterFilter { Space = "default" };
        fixture.Store.Count.ShouldBe(0);
        var first = await letters.ListAsync(filter, 2, null, default);
        first.Items.Select(letter => (letter.EventId, letter.Subscription)).ShouldBe([("1", KeyB), ("2", KeyA)]);
        var second = await letters.ListAsync(filter, 2, first.Next, default);
        second.Next.ShouldBeNull();
        var letter = second.Items.Single();
        (letter.EventId, letter.Attempts, letter.Reason, letter.Status, letter.Error).ShouldBe(("1", 1, "bad", 400, "bad, it said"));
        Encoding.UTF8.GetString(letter.Event.Span).ShouldContain("test.event");
        (await letters.ListAsync(filter, 2, "nonsense", default)).Items.ShouldBeEmpty();
        (await letters.ListAsync(filter with { Space = "other" }, 2, null, default)).Items.ShouldBeEmpty();
        (await letters.FindAsync("default", letter.Id, default))!.EventId.ShouldBe("1");
        (await letters.FindAsync("other", letter.Id, default)).ShouldBeNull();

        var redelivery = await letters.RedeliverAsync(filter with { FunctionId = "a" }, default);
        (redelivery.Count, redelivery.Subscriptions.Single()).ShouldBe((2, KeyA));
        (await fixture.LeaseAsync(KeyA)).Select(delivery => (delivery.EventId, delivery.Attempts)).ShouldBe([("2", 0), ("1", 0)], ignoreOrder: true);
        (await letters.ListAsync(filter, 9, null, default)).Items.Single().Subscription.ShouldBe(KeyB);
        (await letters.DeleteAsync(filter with { EventType = "other" }, default)).ShouldBe(0);
        (await letters.DeleteAsync(filter with { SubscriptionId = "sub-b" }, default)).ShouldBe(1);
        (await letters.ListAsync(filter, 9, null, default)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Logs_events_with_all_that_became_of_them()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new() { PeriodBytes = 16 * 1024 } }.OpenAsync();
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
        await fixture.CompleteAsync(again, _delivered with { Attempt = failed with { Outcome = FunctionOutcome.Success, Status = 200, Error = null } });

        IEventLog log = fixture.Store;
        var found = (await log.FindAsync("default", "0", default))!;
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
        (await log.FindAsync("other", "0", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Reads_events_oldest_first_over_all_files_and_leaves_copies_out()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new() { PeriodBytes = 16 * 1024 } }.OpenAsync();
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
    public async Task Keeps_replays()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        var replay = new Replay
        {
            Id = "1",
            Subscription = KeyA,
            From = fixture.Time.GetUtcNow() - TimeSpan.FromHours(1),
            To = fixture.Time.GetUtcNow(),
            EventTypes = ["a", "\"b\", ü"],
            CreatedAt = fixture.Time.GetUtcNow(),
        };
        await fixture.Store.SaveAsync(replay with { Id = "2", CreatedAt = replay.CreatedAt.AddSeconds(1), From = null }, default);
        await fixture.Store.SaveAsync(replay, default);
        var later = replay with { State = ReplayState.Failed, Position = "1-65", Replayed = 64, Error = "no" };
        await fixture.Store.SaveAsync(later, default);

        await fixture.ReopenAsync();

        var kept = await fixture.Store.ListAsync(default);
        kept.Select(item => item.Id).ShouldBe(["1", "2"]);
        kept[0].ShouldBe(later with { EventTypes = kept[0].EventTypes });
        kept[0].EventTypes.ShouldBe(later.EventTypes);
        (kept[1].From, kept[1].Position, kept[1].State).ShouldBe((null, null, ReplayState.Running));
        await fixture.Store.DeleteAsync("other", "1", default);
        await fixture.Store.DeleteAsync("default", "1", default);
        (await fixture.Store.ListAsync(default)).Single().Id.ShouldBe("2");
    }

    [Fact]
    public async Task Shows_an_event_once_with_the_deliveries_of_all_its_copies()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new() { PeriodBytes = 16 * 1024 } }.OpenAsync();
        var start = fixture.Time.GetUtcNow();
        await fixture.AppendAsync(9_000, ("1", [A, B]));
        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyB)).Single(), _delivered);
        var died = new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" };
        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), died);
        for (var i = 0; i < 10; i++)
        {
            await fixture.AppendAsync(9_000, ($"other{i}", [B]));
        }

        fixture.Time.Advance(TimeSpan.FromHours(1));
        (await fixture.Store.RedeliverAsync(new DeadLetterFilter { Space = "default" }, default)).Count.ShouldBe(1);
        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), _delivered);
        var copy = DispatcherFixture.Event("1");
        await fixture.Store.AppendAsync([new EventDeliveries(copy, [B]) { Cause = DeliveryCause.Replayed }], default);
        await fixture.Store.AppendAsync([new EventDeliveries(copy with { Source = "/other" }, [B]) { Cause = DeliveryCause.Replayed }], default);

        var found = (await ((IEventLog)fixture.Store).FindAsync("default", "1", default)).ShouldNotBeNull();
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
    public async Task Has_no_log_where_nothing_is_retained(int seconds, long bytes)
    {
        await using var fixture = new SqliteDeliveryFixture
        {
            Options = new() { Retention = TimeSpan.FromSeconds(seconds), RetentionBytes = bytes },
            Settings = new() { PeriodBytes = 32 * 1024 },
        };
        await fixture.OpenAsync();
        for (var i = 0; i < 50; i++)
        {
            await fixture.AppendAsync(4_000, ($"{i}", [A]));
            await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), _delivered);
        }

        await fixture.AppendAsync(("waits", [A]));
        for (var i = 0; i < 1000 && fixture.Files.Count() >= 5; i++)
        {
            await fixture.Store.FlushAsync();
        }

        fixture.Files.Count().ShouldBeLessThan(5);
        (await fixture.Store.ListAsync(new EventFilter { Space = "default" }, 99, null, default)).Items.ShouldBeEmpty();
        (await ((IEventLog)fixture.Store).FindAsync("default", "waits", default)).ShouldBeNull();
        var range = new LogRange { Space = "default", EventTypes = ["test.event"], To = fixture.Time.GetUtcNow() + TimeSpan.FromDays(1) };
        (await fixture.Store.ReadAsync(range, null, 9, 9, default)).Events.ShouldBeEmpty();
        await fixture.ReopenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["waits"]);
    }

    [Fact]
    public async Task Keeps_the_log_of_the_dead_letters_short()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await fixture.AppendAsync(40_000, [.. Enumerable.Range(0, 20).Select(n => ($"{i}-{n}", new[] { A }))]);
            foreach (var delivery in await fixture.LeaseAsync(KeyA))
            {
                await fixture.Store.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.DeadLettered), default);
            }

            await fixture.Store.FlushAsync();
        }

        fixture.LengthOf("dead-letters.db").ShouldBeGreaterThan(10_000_000);
        fixture.LengthOf("dead-letters.db-wal").ShouldBeLessThan(8_000_000);
    }

    private static DeliveryVerdict DeliveryVerdictTo(SqliteDeliveryFixture fixture, int seconds) =>
        new(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds), Reason = "not now" };

    private static string IdOf(ReadOnlyMemory<byte> json) => CloudEventReader.ReadStructured(json).Event!.Id;
}
