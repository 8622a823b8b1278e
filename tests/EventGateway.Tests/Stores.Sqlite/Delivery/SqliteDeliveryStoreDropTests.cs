using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Delivery;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>Deliveries that were dropped with their subscription stay dropped, also after a crash.</summary>
public sealed class SqliteDeliveryStoreDropTests
{
    // More than one transaction deletes, and more than memory keeps.
    private const int Many = 2500;

    [Fact]
    public async Task Is_not_leased_after_a_crash()
    {
        // No checkpoint may run while the files are copied.
        await using var fixture = await new SqliteDeliveryFixture { Settings = new DeliveryStoreSettings { CheckpointPages = int.MaxValue } }.OpenAsync();
        await FillAsync(fixture);

        (await fixture.Store.DropAsync([KeyA], null, default)).Deliveries.ShouldBe(Many);
        await using var crashed = await fixture.CrashAsync();

        (await crashed.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
        (await crashed.Store.ListWaitingAsync(default)).ShouldBe([KeyB]);
        await crashed.AppendAsync(("after", [A]));
        (await crashed.LeaseIdsAsync(KeyA)).ShouldBe(["after"]);
        await crashed.Store.FlushAsync();
        crashed.Store.Count.ShouldBe(Many + 1);
        await using var again = await crashed.CrashAsync();
        (await again.LeaseIdsAsync(KeyA)).ShouldBe(["after"]);
    }

    [Fact]
    public async Task Is_not_leased_from_any_file()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new DeliveryStoreSettings { SegmentBytes = 64 * 1024 } }.OpenAsync();
        var stored = await FillAsync(fixture, files: 4);

        (await fixture.Store.DropAsync([KeyA], null, default)).Deliveries.ShouldBe(stored);
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
        await fixture.AppendAsync(("after", [A]));
        await fixture.ReopenAsync();

        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["after"]);
        await fixture.Store.FlushAsync();
        fixture.Store.Count.ShouldBe(stored + 1);
    }

    [Fact]
    public async Task Opens_few_files_at_once()
    {
        var most = 0;
        var counts = false;
        SqliteDeliveryFixture? dropping = null;
        await using var fixture = await new SqliteDeliveryFixture
        {
            Settings = new DeliveryStoreSettings
            {
                SegmentBytes = 64 * 1024,
                OpenFiles = 2,
                Committed = () => most = counts ? Math.Max(most, dropping!.OpenSegments.Files.Length) : 0,
            },
        }.OpenAsync();
        var stored = 0;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (fixture.Files.Count() <= 15)
        {
            deadline.Token.ThrowIfCancellationRequested();
            stored += (await fixture.AppendAsync(16 * 1024, ($"{stored}", [A, B]))).IsAccepted ? 1 : 0;
        }

        dropping = fixture;
        counts = true;

        (await fixture.Store.DropAsync([KeyA], null, default)).Deliveries.ShouldBe(stored);

        // The open writers and readers, the current file, the next one, and one under maintenance.
        most.ShouldBeInRange(1, 8);
        counts = false;
    }

    [Fact]
    public async Task Accepts_events_between_two_files_of_a_drop()
    {
        var counts = new List<long>();
        Task<AcceptResult>? appending = null;
        SqliteDeliveryFixture? dropping = null;
        await using var fixture = await new SqliteDeliveryFixture
        {
            Settings = new DeliveryStoreSettings
            {
                SegmentBytes = 64 * 1024,
                Committing = () =>
                {
                    if (dropping is not null && counts.Count < 4)
                    {
                        appending ??= dropping.AppendAsync(("between", [B]));
                        counts.Add(dropping.Store.Count);
                    }
                },
            },
        }.OpenAsync();
        await FillAsync(fixture);
        await fixture.Store.FlushAsync();
        dropping = fixture;

        (await fixture.Store.DropAsync([KeyA], null, default)).Deliveries.ShouldBe(Many);

        (await appending.ShouldNotBeNull()).IsAccepted.ShouldBeTrue();
        counts.ShouldBe([2 * Many, 2 * Many, (2 * Many) + 1, (2 * Many) + 1], "the second transaction is that of the event");
    }

    [Fact]
    public async Task Is_dropped_only_from_the_given_files()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new DeliveryStoreSettings { SegmentBytes = 64 * 1024 } }.OpenAsync();
        await FillAsync(fixture);

        var first = await fixture.Store.DropAsync([KeyA], [1], default);

        first.FilesLeft.ShouldBeEmpty();
        first.Deliveries.ShouldBeInRange(1, Many - 1);
        (await fixture.Store.CountAsync(KeyA, default)).ShouldBe(Many - first.Deliveries);
        (await fixture.Store.DropAsync([KeyA], [1], default)).Deliveries.ShouldBe(0);
    }

    [Fact]
    public async Task Is_shown_as_dropped_by_the_log()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A, B]));

        await fixture.Store.DropAsync([KeyA], null, default);
        await fixture.Store.FlushAsync();

        var logged = (await ((IEventLog)fixture.Store).FindAsync("default", "1", null, default)).ShouldNotBeNull();
        logged.Deliveries.Select(delivery => (delivery.Subscription, delivery.State))
            .ShouldBe([(KeyA, DeliveryState.Dropped), (KeyB, DeliveryState.Waiting)]);
    }

    [Fact]
    public async Task Is_no_longer_dropped_after_it_became_a_dead_letter_and_was_redelivered()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A]));
        var leased = (await fixture.LeaseAsync(KeyA)).ShouldHaveSingleItem();
        await fixture.Store.DropAsync([KeyA], null, default);
        await fixture.CompleteAsync(leased, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" });

        (await fixture.Store.RedeliverAsync(new DeadLetterFilter { Space = "default" }, static _ => true, default)).Count.ShouldBe(1);
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["1"]);
        await fixture.ReopenAsync();

        await fixture.Store.FlushAsync();
        fixture.Store.Count.ShouldBe(1);
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Is_not_leased_when_it_was_being_read_during_the_drop()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new DeliveryStoreSettings { ReadyLength = 1 } }.OpenAsync();
        await FillAsync(fixture);
        for (var round = 0; round < 20; round++)
        {
            var window = new LeasedDelivery[50];
            var leasing = Task.Run(async () => await fixture.Store.LeaseAsync(KeyA, window, default));
            await fixture.Store.DropAsync([KeyA], null, default);
            var lease = await leasing;

            window[..lease.Count].Where(delivery => !delivery.IsDropped).ShouldBeEmpty();
            (await fixture.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
            await fixture.AppendAsync([.. Enumerable.Range(0, 50).Select(n => ($"{round}-{n}", new[] { A }))]);
        }
    }

    [Fact]
    public async Task Still_waits_when_the_disk_fails()
    {
        var fails = false;
        await using var fixture = await new SqliteDeliveryFixture
        {
            Settings = new DeliveryStoreSettings
            {
                FailureDelay = TimeSpan.FromMilliseconds(1),
                Committing = () => _ = fails ? throw new IOException("disk full") : 0,
            },
        }.OpenAsync();
        await fixture.AppendAsync(("1", [A]));
        fails = true;

        (await Should.ThrowAsync<IOException>(fixture.Store.DropAsync([KeyA], null, default).AsTask())).Message.ShouldContain("disk full");
        fails = false;

        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["1"]);
        (await fixture.Store.DropAsync([KeyA], null, default)).Deliveries.ShouldBe(1);
    }

    // The next file is made in the background, so a fast writer fills fewer files.
    private static async Task<int> FillAsync(SqliteDeliveryFixture fixture, int files = 1)
    {
        var stored = 0;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (stored < Many || fixture.Files.Count() < files)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await fixture.AppendAsync(200, [.. Enumerable.Range(stored, 100).Select(n => ($"{n}", new[] { A, B }))]);
            stored += 100;
        }

        return stored;
    }
}
