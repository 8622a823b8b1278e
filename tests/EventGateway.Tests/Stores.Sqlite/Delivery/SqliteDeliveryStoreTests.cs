using System.Collections.Concurrent;
using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class SqliteDeliveryStoreTests
{
    private static readonly DeliveryVerdict Delivered = new(DeliveryFate.Delivered);

    [Fact]
    public async Task Leases_uncompleted_deliveries_again_after_reopening()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A, B]), ("2", [A]), ("3", [A]));
        var leased = await fixture.LeaseAsync(KeyA, 2);
        await fixture.Store.CompleteAsync(leased[0], Delivered, default);
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
    public async Task Has_all_accepted_events_after_a_crash()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            (await fixture.AppendAsync(($"{i}", [A]))).IsAccepted.ShouldBeTrue();
        }

        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA, 3))[0], Delivered);

        await using var after = await fixture.CrashAsync();
        (await after.LeaseIdsAsync(KeyA)).ShouldBe(Enumerable.Range(1, 19).Select(i => $"{i}"));
        (await after.AppendAsync(("new", [A]))).IsAccepted.ShouldBeTrue();
        (await after.LeaseIdsAsync(KeyA)).ShouldBe(["new"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuses_while_the_disk_is_full_and_recovers_by_itself(bool isCommitted)
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
        fixture.Settings = isCommitted ? fixture.Settings with { Committed = Fail } : fixture.Settings with { Committing = Fail };
        await fixture.OpenAsync();
        await fixture.AppendAsync(("1", [A]), ("2", [A]), ("3", [A]));
        var leased = await fixture.LeaseAsync(KeyA);
        Volatile.Write(ref full, true);

        (await fixture.AppendAsync(("4", [A]))).Status.ShouldBe(AcceptStatus.Full);
        await fixture.Store.CompleteAsync(leased[0], Delivered, default);
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
    public async Task Counts_correctly_after_a_transaction_that_was_committed_but_looked_failed()
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
        await fixture.CompleteAsync(leased[1], Delivered);
        fixture.Store.Count.ShouldBe(1);
        fixture.Store.ReadBacklog().Single().Deliveries.ShouldBe(1);
    }

    [Fact]
    public async Task Is_full_when_too_many_bytes_wait()
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
            await fixture.CompleteAsync(delivery, Delivered);
        }

        (await fixture.AppendAsync(10_000, ("x", [A]))).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Replays_leave_half_of_the_room_to_new_events()
    {
        await using var fixture = await new SqliteDeliveryFixture { Options = new() { BacklogBytes = 120_000 } }.OpenAsync();
        var (replayed, accepted) = (0, 0);
        while ((await fixture.AppendAsync(10_000, DeliveryCause.Replayed, ($"r{replayed}", [A]))).IsAccepted)
        {
            replayed++;
        }

        while ((await fixture.AppendAsync(10_000, ($"{accepted}", [A]))).IsAccepted)
        {
            accepted++;
        }

        replayed.ShouldBeInRange(3, 5);
        accepted.ShouldBeInRange(3, 6);
    }

    [Fact]
    public async Task Deletes_old_files_without_waiting_deliveries()
    {
        await using var fixture = new SqliteDeliveryFixture { Options = new() { RetentionBytes = 400_000 } };
        await fixture.OpenAsync();
        await fixture.AppendAsync(("waits", [B]));
        for (var i = 0; i < 300; i++)
        {
            (await fixture.AppendAsync(5_000, ($"{i}", [A]))).IsAccepted.ShouldBeTrue();
            await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), Delivered);
        }

        await fixture.ReopenAsync();
        fixture.Bytes.ShouldBeLessThan(1_500_000);
        var log = await fixture.Store.ListAsync(new EventFilter { Space = "default" }, 1000, null, default);

        // The number depends on how full each file was when the next one was ready, because files are deleted as a whole.
        log.Items.Count.ShouldBeInRange(2, 200);
        log.Items[0].Id.ShouldBe("299");
        log.Items[^1].Id.ShouldBe("waits");

        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyB)).Single(), Delivered);
        fixture.Store.Count.ShouldBe(0);
        fixture.Time.Advance(TimeSpan.FromHours(25));
        await fixture.AppendAsync(("last", [A]));
        for (var i = 0; i < 1000 && fixture.Files.Count() > 3; i++)
        {
            await fixture.Store.FlushAsync();
        }

        (await fixture.Store.ListAsync(new EventFilter { Space = "default", Id = "299" }, 9, null, default)).Items.Count.ShouldBeLessThan(2);
        (await ((IEventLog)fixture.Store).FindAsync("default", "waits", null, default)).ShouldBeNull();
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

        var redelivery = await letters.RedeliverAsync(filter with { FunctionId = "a" }, static _ => true, default);
        (redelivery.Count, redelivery.Subscriptions.Single()).ShouldBe((2, KeyA));
        (await fixture.LeaseAsync(KeyA)).Select(delivery => (delivery.EventId, delivery.Attempts)).ShouldBe([("2", 0), ("1", 0)], ignoreOrder: true);
        (await letters.ListAsync(filter, 9, null, default)).Items.Single().Subscription.ShouldBe(KeyB);
        (await letters.DeleteAsync(filter with { EventType = "other" }, default)).ShouldBe(0);
        (await letters.DeleteAsync(filter with { SubscriptionId = "sub-b" }, default)).ShouldBe(1);
        (await letters.ListAsync(filter, 9, null, default)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_dead_letters_of_subscriptions_without_a_route()
    {
        // More than one read returns, so that one of the reads finds nothing to redeliver.
        const int events = 150;
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync([.. Enumerable.Range(0, events).Select(i => ($"{i}", new[] { A, B }))]);
        foreach (var delivery in (LeasedDelivery[])[.. await fixture.LeaseAsync(KeyA, events), .. await fixture.LeaseAsync(KeyB, events)])
        {
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "bad" });
        }

        var letters = fixture.Store;
        var filter = new DeadLetterFilter { Space = "default" };
        var redelivery = await letters.RedeliverAsync(filter, KeyA.Equals, default);

        (redelivery.Count, redelivery.Subscriptions.Single(), redelivery.IsFull).ShouldBe((events, KeyA, false));
        var left = (await letters.ListAsync(filter, 1000, null, default)).Items;
        left.Count.ShouldBe(events);
        left.ShouldAllBe(letter => letter.Subscription == KeyB);
        (await letters.RedeliverAsync(filter, KeyA.Equals, default)).Count.ShouldBe(0);
        (await letters.RedeliverAsync(filter, KeyB.Equals, default)).Count.ShouldBe(events);
    }

    [Fact]
    public async Task Keeps_since_when_subscriptions_fail()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        var now = fixture.Time.GetUtcNow();
        var failing = new FailingSubscription("default", "a", now, now.AddHours(1), FailureStage.Kept);
        await fixture.Store.SaveFailingAsync(failing, default);
        await fixture.Store.SaveFailingAsync(failing with { SubscriptionId = "b" }, default);
        await fixture.Store.SaveFailingAsync(failing with { LastFailure = now.AddHours(2), Stage = FailureStage.Half }, default);
        await fixture.Store.DeleteFailingAsync("default", "b", default);
        await fixture.Store.DeleteFailingAsync("other", "a", default);

        await fixture.ReopenAsync();

        (await fixture.Store.ListFailingAsync(default)).ShouldBe([failing with { LastFailure = now.AddHours(2), Stage = FailureStage.Half }]);
    }

    [Fact]
    public async Task Reports_a_dead_letter_once_it_is_stored_with_its_id_and_last_attempt()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        var reported = new ConcurrentQueue<(DeadLetter Letter, DeliveryAttempt? Attempt)>();
        fixture.Store.Stored = (letter, last) => reported.Enqueue((letter, last));
        await fixture.AppendAsync(("1", [A]), ("2", [A]));
        var attempt = new DeliveryAttempt(fixture.Time.GetUtcNow(), TimeSpan.Zero, FunctionOutcome.Permanent, 400, "no");
        foreach (var delivery in await fixture.LeaseAsync(KeyA))
        {
            await fixture.CompleteAsync(
                delivery, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "bad", Attempt = delivery.EventId == "1" ? attempt : null });
        }

        await Eventually.HoldsAsync(() => reported.Count == 2, "both are reported");
        var stored = (await fixture.Store.ListAsync(new DeadLetterFilter { Space = "default" }, 9, null, default)).Items;
        foreach (var (letter, last) in reported)
        {
            var same = stored.Single(item => item.EventId == letter.EventId);
            (letter with { Event = same.Event }).ShouldBe(same);
            letter.Event.ToArray().ShouldBe(same.Event.ToArray());
            last.ShouldBe(letter.EventId == "1" ? attempt : null);
        }
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

    [Fact]
    public async Task Restarts_the_write_ahead_log_under_constant_writes()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var shorter = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !deadline.IsCancellationRequested && !shorter.IsCancellationRequested; i++)
            {
                await fixture.AppendAsync(4_000, [($"{writer}-{i}", new[] { A })]);
            }
        })).ToArray();

        await Task.Run(() => SpinWait.SpinUntil(
            () => fixture.LengthOf("1.db") > Math.Max(30_000_000, 2 * fixture.BytesOf("1.db-wal")) || deadline.IsCancellationRequested));
        await shorter.CancelAsync();
        await Task.WhenAll(writers);

        deadline.IsCancellationRequested.ShouldBeFalse();
    }

    private static DeliveryVerdict DeliveryVerdictTo(SqliteDeliveryFixture fixture, int seconds) =>
        new(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds), Reason = "not now" };
}
