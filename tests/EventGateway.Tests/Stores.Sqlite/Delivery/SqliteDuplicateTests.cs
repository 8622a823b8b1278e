using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Engine.Delivery;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>Events that are accepted once in a window, when the store is opened again, fails, or deletes files.</summary>
public sealed class SqliteDuplicateTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Knows_the_events_of_the_window_after_reopening_and_after_a_crash()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        (await AppendAsync(fixture, "1", "2")).Duplicates.ShouldBeNull();

        await using var after = await fixture.CrashAsync();
        (await AppendAsync(after, "1", "2", "3")).Duplicates.ShouldBe([0, 1]);
        (await after.LeaseIdsAsync(KeyA)).ShouldBe(["1", "2", "3"]);

        await fixture.ReopenAsync();
        fixture.Time.Advance(Window - TimeSpan.FromTicks(10));
        (await AppendAsync(fixture, "1")).Duplicates.ShouldBe([0]);
        await fixture.ReopenAsync();
        fixture.Time.Advance(TimeSpan.FromTicks(10));
        (await AppendAsync(fixture, "1")).Duplicates.ShouldBeNull();
    }

    [Fact]
    public async Task A_clock_that_was_set_back_while_the_store_was_closed_makes_no_window_longer_than_any_is()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await AppendAsync(fixture, "1");

        await using var after = await fixture.CrashAsync(step: TimeSpan.FromDays(-400));
        (await AppendAsync(after, "1")).Duplicates.ShouldBe([0]);
        after.Time.Advance(EventKeys.MaxWindow);
        (await AppendAsync(after, "1")).Duplicates.ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stores_the_repetition_of_an_event_that_could_not_be_stored(bool isOpenedAgain)
    {
        var fails = false;
        await using var fixture = new SqliteDeliveryFixture();
        fixture.Settings = fixture.Settings with
        {
            Committing = () =>
            {
                if (Volatile.Read(ref fails))
                {
                    throw new SqliteException("full", 13);
                }
            },
        };
        await fixture.OpenAsync();
        await AppendAsync(fixture, "1");
        Volatile.Write(ref fails, true);
        (await AppendAsync(fixture, "2")).Status.ShouldBe(AcceptStatus.Full);

        // A duplicate needs no disk.
        (await AppendAsync(fixture, "1")).Duplicates.ShouldBe([0]);
        Volatile.Write(ref fails, false);
        if (isOpenedAgain)
        {
            await fixture.ReopenAsync();
        }

        (await AppendAsync(fixture, "1", "2")).Duplicates.ShouldBe([0]);
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Answers_no_repetition_before_the_event_is_stored()
    {
        using var committing = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        await using var fixture = new SqliteDeliveryFixture();
        fixture.Settings = fixture.Settings with
        {
            GroupLength = 1,
            Committing = () =>
            {
                committing.Release();
                go.Wait();
            },
        };
        await fixture.OpenAsync();
        var first = AppendAsync(fixture, "1");
        await committing.WaitAsync(TestContext.Current.CancellationToken);
        var second = AppendAsync(fixture, "1");
        second.IsCompleted.ShouldBeFalse();

        go.Release(10);

        (await first).Duplicates.ShouldBeNull();
        (await second).Duplicates.ShouldBe([0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Knows_the_events_of_files_that_were_deleted(int hours)
    {
        await using var fixture = new SqliteDeliveryFixture { Options = new SqliteDeliveryOptions { Retention = TimeSpan.FromHours(hours), RetentionBytes = 64 * 1024 } };
        fixture.Settings = fixture.Settings with { SegmentBytes = 16 * 1024 };
        await fixture.OpenAsync();
        var first = fixture.Files.Single();
        await AppendAsync(fixture, "1", "2");
        for (var i = 0; i < 200 || fixture.Files.Contains(first); i++)
        {
            i.ShouldBeLessThan(5000);
            await fixture.AppendAsync(4000, ($"more-{i}", [A]));
            foreach (var delivery in await fixture.LeaseAsync(KeyA))
            {
                await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.Delivered));
            }
        }

        await fixture.ReopenAsync();

        (await AppendAsync(fixture, "1", "3", "2")).Duplicates.ShouldBe([0, 2]);
        fixture.Time.Advance(Window);
        await fixture.ReopenAsync();
        (await AppendAsync(fixture, "1")).Duplicates.ShouldBeNull();
    }

    [Fact]
    public async Task Forgets_the_oldest_events_when_there_are_too_many()
    {
        await using var fixture = new SqliteDeliveryFixture { Options = new SqliteDeliveryOptions { DedupKeys = 3 } };
        await fixture.OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            (await AppendAsync(fixture, $"{i}")).ForgottenKeys.ShouldBe(0);
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        (await AppendAsync(fixture, "3")).ForgottenKeys.ShouldBe(1);
        (await AppendAsync(fixture, "1", "2", "3")).Duplicates.ShouldBe([0, 1, 2]);
        await fixture.ReopenAsync();
        (await AppendAsync(fixture, "1", "2", "3")).Duplicates.ShouldBe([0, 1, 2]);
        (await AppendAsync(fixture, "0")).Duplicates.ShouldBeNull();
    }

    [Fact]
    public async Task Keeps_the_events_of_a_file_that_is_repaired()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        for (var i = 0; i < 300; i++)
        {
            await AppendAsync(fixture, $"{i}");
        }

        await fixture.Store.DisposeAsync();
        SqliteDeliveryStoreRepairTests.LosePages(fixture.PathOf("1.db"), "subscriptions");
        await fixture.OpenAsync();

        fixture.Store.Faults.ShouldHaveSingleItem().Kind.ShouldBe(StoreFaultKind.Damaged);
        var after = await AppendAsync(fixture, [.. Enumerable.Range(0, 300).Select(i => $"{i}")]);
        after.Duplicates.ShouldNotBeNull().Length.ShouldBe(300);
    }

    private static Task<AcceptResult> AppendAsync(SqliteDeliveryFixture fixture, params string[] ids) => fixture.Store.AppendAsync(
        [.. ids.Select(id => new EventDeliveries(DispatcherFixture.Event(id), [A]) { Keys = new EventKeys(Window, EventKey.Of(id)) })], default).AsTask();
}
