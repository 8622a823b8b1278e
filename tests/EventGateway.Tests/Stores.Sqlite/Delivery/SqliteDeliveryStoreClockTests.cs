using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>The store under a wall clock that is wrong, or set while it runs.</summary>
public sealed class SqliteDeliveryStoreClockTests
{
    private static readonly DeliveryVerdict Delivered = new(DeliveryFate.Delivered);

    [Theory]
    [InlineData(-30)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task Setting_the_clock_does_not_change_waits(int days)
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("waits", [A]));
        await RetryAsync(fixture, TimeSpan.FromSeconds(10));
        fixture.Time.Step(TimeSpan.FromDays(days));
        await fixture.AppendAsync(("new", [A]));
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["new"]);

        fixture.Time.Advance(TimeSpan.FromSeconds(9));
        var lease = await fixture.Store.LeaseAsync(KeyA, new LeasedDelivery[1], default);
        lease.ShouldBe(new Lease(0, Steady(fixture) + TimeSpan.FromSeconds(1)));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["waits"]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task The_age_of_an_event_does_not_depend_on_the_wall_clock(int days)
    {
        // One delivery in memory, so that the second is read from the file.
        await using var fixture = new SqliteDeliveryFixture { Settings = new DeliveryStoreSettings { ReadyLength = 1 } };
        await fixture.OpenAsync();
        var start = fixture.Time.GetUtcNow();
        await fixture.AppendAsync(("1", [A]));
        fixture.Time.Step(TimeSpan.FromDays(days));
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await fixture.AppendAsync(("2", [A]));
        fixture.Time.Step(TimeSpan.FromDays(-days));
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await fixture.AppendAsync(("3", [A]));

        var leased = await fixture.LeaseAsync(KeyA);

        leased.Select(delivery => delivery.AcceptedSteadily).ShouldBe([start, start.AddSeconds(5), start.AddSeconds(10)]);
        leased.Select(delivery => delivery.AcceptedAt).ShouldBe([start, start.AddDays(days).AddSeconds(5), start.AddSeconds(10)]);
        fixture.Store.ReadBacklog().Single().OldestAcceptedAt.ShouldBe(start);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(400)]
    public async Task Deliveries_stored_while_the_clock_was_ahead_are_due_after_a_restart(int days)
    {
        await using var wrong = new SqliteDeliveryFixture();
        wrong.Time.Step(TimeSpan.FromDays(days));
        await wrong.OpenAsync();
        await wrong.AppendAsync(("retried", [A]));
        await RetryAsync(wrong, TimeSpan.FromSeconds(10));
        await wrong.AppendAsync(("new", [A]));

        await using var right = await wrong.CrashAsync(TimeSpan.FromDays(-days));
        var start = right.Time.GetUtcNow();
        (await right.Store.ListWaitingAsync(default)).ShouldBe([KeyA]);
        await right.Store.FlushAsync();
        right.Time.Advance(TimeSpan.FromSeconds(10));
        right.Store.ReadBacklog().Single().ShouldBe(new SpaceBacklog("default", 2, start));
        var leased = await right.LeaseAsync(KeyA);

        leased.Select(delivery => delivery.EventId).ShouldBe(["new", "retried"], ignoreOrder: true);
        leased.ShouldAllBe(delivery => delivery.AcceptedSteadily == start);
    }

    [Fact]
    public async Task A_retry_stored_while_the_clock_was_ahead_does_not_wait_longer()
    {
        await using var wrong = new SqliteDeliveryFixture();
        wrong.Time.Step(TimeSpan.FromDays(1));
        await wrong.OpenAsync();
        await wrong.AppendAsync(("1", [A]));
        await RetryAsync(wrong, TimeSpan.FromMinutes(10));
        wrong.Time.Advance(TimeSpan.FromMinutes(4));
        await wrong.AppendAsync(("2", [B]));
        await wrong.Store.FlushAsync();
        await wrong.Store.FlushAsync();

        await using var right = await wrong.CrashAsync(TimeSpan.FromDays(-1));
        var lease = await right.Store.LeaseAsync(KeyA, new LeasedDelivery[1], default);
        lease.ShouldBe(new Lease(0, Steady(right) + TimeSpan.FromMinutes(6)));
        right.Time.Advance(TimeSpan.FromMinutes(6));
        (await right.LeaseIdsAsync(KeyA)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_wait_that_a_policy_allows_continues_after_a_restart()
    {
        await using var before = await new SqliteDeliveryFixture().OpenAsync();
        await before.AppendAsync(("1", [A]));
        await RetryAsync(before, TimeSpan.FromHours(24));

        await using var after = await before.CrashAsync();

        var lease = await after.Store.LeaseAsync(KeyA, new LeasedDelivery[1], default);
        lease.ShouldBe(new Lease(0, Steady(after) + TimeSpan.FromHours(24)));
    }

    [Fact]
    public async Task The_log_shows_due_times_by_the_present_wall_clock()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A]));
        await RetryAsync(fixture, TimeSpan.FromSeconds(10));
        fixture.Time.Step(TimeSpan.FromDays(1));

        IEventLog log = fixture.Store;
        (await log.FindAsync("default", "1", null, default))!.Deliveries.Single().DueAt.ShouldBe(fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Setting_the_clock_does_not_delete_events_from_the_log()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await FillFileAsync(fixture, "1");
        fixture.Time.Step(TimeSpan.FromDays(30));
        await FillFileAsync(fixture, "2");

        IEventLog log = fixture.Store;
        (await log.FindAsync("default", "1-first", null, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Files_written_while_the_clock_was_ahead_are_deleted_in_time()
    {
        await using var wrong = new SqliteDeliveryFixture();
        wrong.Time.Step(TimeSpan.FromDays(400));
        await wrong.OpenAsync();
        await FillFileAsync(wrong, "wrong");

        await using var right = await wrong.CrashAsync(TimeSpan.FromDays(-400));
        await FillFileAsync(right, "right");
        await using var again = await right.CrashAsync();
        again.Time.Advance(new SqliteDeliveryOptions().Retention + TimeSpan.FromHours(2));
        await again.Store.FlushAsync();

        IEventLog log = again.Store;
        (await log.FindAsync("default", "wrong-first", null, default)).ShouldBeNull();
    }

    private static DateTimeOffset Steady(SqliteDeliveryFixture fixture) => SteadyTimeProvider.Of(fixture.Time).GetUtcNow();

    private static async Task RetryAsync(SqliteDeliveryFixture fixture, TimeSpan wait)
    {
        var leased = (await fixture.LeaseAsync(KeyA)).Single();
        await fixture.CompleteAsync(leased, new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = Steady(fixture) + wait });
    }

    // Delivers an event, and another after the time of a file, so that the next one begins.
    private static async Task FillFileAsync(SqliteDeliveryFixture fixture, string id)
    {
        foreach (var part in (string[])["first", "second"])
        {
            await Eventually.HoldsAsync(() => fixture.Files.Count() > 1);
            await fixture.AppendAsync(($"{id}-{part}", [A]));
            await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), Delivered);
            fixture.Time.Advance(TimeSpan.FromMinutes(61));
        }
    }
}
