using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>The files of segments are created, shrunk and deleted, even when one of them cannot be used.</summary>
public sealed class SqliteDeliveryStoreFilesTests
{
    private static readonly TimeSpan SegmentTime = TimeSpan.FromMinutes(61);
    private static readonly DeliveryVerdict Delivered = new(DeliveryFate.Delivered);

    [Fact]
    public async Task A_segment_that_has_ended_has_no_write_ahead_log_even_while_deliveries_wait()
    {
        await using var fixture = new SqliteDeliveryFixture();
        fixture.Settings = new DeliveryStoreSettings { SegmentBytes = 1024 * 1024, CheckpointPages = 16 };
        await fixture.OpenAsync();
        for (var i = 0; !fixture.Files.Contains("4"); i++)
        {
            (await fixture.AppendAsync(4_000, ($"{i}", [A]))).IsAccepted.ShouldBeTrue();
        }

        await Eventually.HoldsAsync(() => fixture.BytesOf("1.db-wal") == 0 && fixture.BytesOf("2.db-wal") == 0);
        fixture.BytesOf("1.db").ShouldBeGreaterThan(512 * 1024);
        (await fixture.LeaseIdsAsync(KeyA, 1)).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Creates_a_file_again_that_a_power_loss_left_incomplete()
    {
        await using var fixture = new SqliteDeliveryFixture();
        Directory.CreateDirectory(fixture.PathOf(""));
        foreach (var suffix in (string[])["", "-journal", "-wal"])
        {
            foreach (var name in (string[])["1.db.new", "2.db.new", "dead-letters.db.new"])
            {
                await File.WriteAllTextAsync(fixture.PathOf(name + suffix), "incomplete", TestContext.Current.CancellationToken);
            }
        }

        await fixture.OpenAsync();
        await Eventually.HoldsAsync(() => fixture.Files.Contains("2"));

        fixture.Store.Faults.ShouldBeEmpty();
        (await fixture.AppendAsync(("1", [A]))).IsAccepted.ShouldBeTrue();
        Directory.EnumerateFiles(fixture.PathOf(""), "*.new*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Deletes_old_files_while_the_next_one_cannot_be_created()
    {
        await using var fixture = new SqliteDeliveryFixture();
        Directory.CreateDirectory(fixture.PathOf("3.db"));
        await fixture.OpenAsync();
        await DeliverAsync(fixture, "first");
        await Eventually.HoldsAsync(() => fixture.Files.Contains("2"));
        fixture.Time.Advance(SegmentTime);
        await DeliverAsync(fixture, "second");
        await DeliverAsync(fixture, "third");

        fixture.Time.Advance(TimeSpan.FromHours(25));
        await FlushUntilAsync(fixture, () => !fixture.Files.Contains("1"));
    }

    [Fact]
    public async Task A_damaged_file_does_not_block_the_creation_and_deletion_of_others()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("stuck", [A]));
        await Eventually.HoldsAsync(() => fixture.Files.Contains("2"));
        fixture.Time.Advance(SegmentTime);
        await fixture.AppendAsync(("ends 1", [A]));
        await FlushUntilAsync(fixture, () => fixture.Files.Contains("3"));
        await DeliverAsync(fixture, "in 2");
        await fixture.ReopenAsync();
        await fixture.Store.FlushAsync();
        var stuck = (await fixture.LeaseAsync(KeyA))[0];
        var length = (int)fixture.BytesOf("1.db");
        await File.WriteAllTextAsync(fixture.PathOf("1.db"), new string('x', length), TestContext.Current.CancellationToken);
        await fixture.Store.CompleteAsync(stuck, Delivered, default);

        fixture.Time.Advance(SegmentTime);
        await Eventually.HoldsAsync(() => fixture.Files.Contains("4"));
        (await fixture.AppendAsync(("in 3", [B]))).IsAccepted.ShouldBeTrue();
        fixture.Time.Advance(TimeSpan.FromHours(25));
        await Eventually.HoldsAsync(() => !fixture.Files.Contains("2"));

        // Its readable part is in use again, and the completions are stored.
        await fixture.Store.FlushAsync();
        fixture.Store.Faults.ShouldHaveSingleItem().File.ShouldStartWith("deliveries/1.db.damaged-");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_interrupted_redelivery_reports_the_accepted_deliveries(bool cancelled)
    {
        const int dead = 200;
        using var cancel = new CancellationTokenSource();
        var commits = 0;
        await using var fixture = new SqliteDeliveryFixture();
        await fixture.OpenAsync();
        await fixture.AppendAsync([.. Enumerable.Range(0, dead).Select(i => ($"{i}", new[] { A }))]);
        foreach (var delivery in await fixture.LeaseAsync(KeyA, dead))
        {
            await fixture.Store.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" }, default);
        }

        await fixture.Store.DisposeAsync();
        fixture.Settings = fixture.Settings with { Committing = () => Interrupt(Interlocked.Increment(ref commits)) };
        await fixture.OpenAsync();

        // The first commit stores deliveries, the second deletes their dead letters.
        var (count, subscriptions) = await fixture.Store.RedeliverAsync(new DeadLetterFilter { Space = "default" }, static _ => true, cancel.Token);

        count.ShouldBe(128);
        subscriptions.ShouldBe([KeyA]);
        (await fixture.LeaseAsync(KeyA, dead)).Length.ShouldBe(128);

        void Interrupt(int commit)
        {
            if (commit == 2)
            {
                cancel.Cancel();
                if (!cancelled)
                {
                    throw new IOException("no");
                }
            }
        }
    }

    private static async Task DeliverAsync(SqliteDeliveryFixture fixture, string id)
    {
        (await fixture.AppendAsync((id, [B]))).IsAccepted.ShouldBeTrue();
        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyB)).Single(), Delivered);
    }

    // An idle store rotates its segments only every 30 s.
    private static async Task FlushUntilAsync(SqliteDeliveryFixture fixture, Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await fixture.Store.FlushAsync();
        }
    }
}
