using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>The store while files cannot be written or checkpointed.</summary>
public sealed class SqliteDeliveryStoreTroubleTests
{
    private static readonly DeliveryVerdict Delivered = new(DeliveryFate.Delivered);
    private static readonly DeliveryVerdict Dead = new(DeliveryFate.DeadLettered) { Reason = "no" };

    [Fact]
    public async Task Dead_letters_that_cannot_be_stored_do_not_block_other_work()
    {
        await using var fixture = new SqliteDeliveryFixture();
        fixture.Settings = fixture.Settings with { QueueLength = 4, GroupLength = 2 };
        await fixture.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await fixture.AppendAsync(($"{i}", [A, B]));
        }

        await using var other = new SqliteConnection($"Data Source={fixture.DeadLettersFile};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        using (var begin = other.CreateCommand())
        {
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
        }

        // More than the queue has room for. Only their callers wait.
        var refused = await fixture.LeaseAsync(KeyA);
        var completing = Task.Run(async () =>
        {
            foreach (var delivery in refused)
            {
                await fixture.Store.CompleteAsync(delivery, Dead, default);
            }
        });
        foreach (var delivery in await fixture.LeaseAsync(KeyB))
        {
            await fixture.Store.CompleteAsync(delivery, Delivered, default);
        }

        await Eventually.HoldsAsync(() => fixture.Store.Count == 20);
        (await fixture.AppendAsync(("more", [B]))).IsAccepted.ShouldBeTrue();
        (await fixture.LeaseIdsAsync(KeyB)).ShouldBe(["more"]);
        completing.IsCompleted.ShouldBeFalse();

        await other.CloseAsync();
        await completing.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await fixture.Store.FlushAsync();
        fixture.Store.Count.ShouldBe(1);
        var letters = await fixture.Store.ListAsync(new DeadLetterFilter { Space = "default" }, 100, null, default);
        letters.Items.Select(letter => letter.EventId).ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}"), ignoreOrder: true);
    }

    [Fact]
    public async Task Dead_letters_go_to_a_new_file_when_theirs_is_damaged()
    {
        await using var fixture = new SqliteDeliveryFixture();
        await fixture.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await fixture.AppendAsync(($"{i}", [A]));
        }

        await File.WriteAllTextAsync(fixture.DeadLettersFile, new string('x', 8192), TestContext.Current.CancellationToken);
        foreach (var delivery in await fixture.LeaseAsync(KeyA))
        {
            await fixture.Store.CompleteAsync(delivery, Dead, default);
        }

        await fixture.Store.FlushAsync();
        fixture.Store.Count.ShouldBe(0);
        fixture.Store.Faults.ShouldHaveSingleItem().File.ShouldStartWith("deliveries/dead-letters.db.damaged-");
        var letters = await fixture.Store.ListAsync(new DeadLetterFilter { Space = "default" }, 100, null, default);
        letters.Items.Select(letter => letter.EventId).ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}"), ignoreOrder: true);
    }

    [Fact]
    public async Task Begins_another_file_when_a_reader_blocks_the_checkpoint_of_one()
    {
        await using var fixture = new SqliteDeliveryFixture();
        fixture.Settings = new DeliveryStoreSettings { SegmentBytes = 1024 * 1024, CheckpointPages = 16 };
        await fixture.OpenAsync();
        await fixture.AppendAsync(("first", [A]));
        await using var reader = new SqliteConnection($"Data Source={Path.Combine(Path.GetDirectoryName(fixture.DeadLettersFile)!, "1.db")};Pooling=False");
        await reader.OpenAsync(TestContext.Current.CancellationToken);
        using var begin = reader.CreateCommand();
        begin.CommandText = "BEGIN; SELECT count(*) FROM events;";
        begin.ExecuteScalar();

        // Each transaction adds pages to the log, and little to the database. The third file is made when the second begins.
        var rounds = 0;
        while (!fixture.Files.Contains("3") && rounds++ < 900)
        {
            var delivery = (await fixture.LeaseAsync(KeyA)).First();
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow(), Reason = "no" });
            (await fixture.AppendAsync(($"{rounds}", [B]))).IsAccepted.ShouldBeTrue();
        }

        fixture.Files.ShouldContain("3");
        fixture.BytesOf("1.db-wal").ShouldBeInRange(4 * 1024 * 1024, 5 * 1024 * 1024);
        fixture.BytesOf("1.db").ShouldBeLessThan(1024 * 1024);
    }

    [Fact]
    public async Task The_write_ahead_log_is_copied_while_the_store_is_open()
    {
        await using var fixture = new SqliteDeliveryFixture();
        fixture.Settings = new DeliveryStoreSettings { CheckpointPages = 16 };
        await fixture.OpenAsync();
        for (var i = 0; i < 500; i++)
        {
            (await fixture.AppendAsync(4_000, ($"{i}", [A]))).IsAccepted.ShouldBeTrue();
        }

        await Eventually.HoldsAsync(() => fixture.BytesOf("1.db") > 1024 * 1024);
    }

    [Fact]
    public async Task Accepts_events_into_another_file_when_the_current_one_is_damaged()
    {
        await using var fixture = new SqliteDeliveryFixture();
        await fixture.OpenAsync();
        (await fixture.AppendAsync(("old", [A]))).IsAccepted.ShouldBeTrue();
        await fixture.ReopenAsync();
        await Eventually.HoldsAsync(() => fixture.Files.Contains("2"));
        var good = await File.ReadAllBytesAsync(fixture.PathOf("1.db"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(fixture.PathOf("1.db"), new string('x', good.Length), TestContext.Current.CancellationToken);

        (await fixture.AppendAsync(("at once", [A]))).IsAccepted.ShouldBeTrue();
        (await fixture.AppendAsync(("new", [B]))).IsAccepted.ShouldBeTrue();
        (await fixture.LeaseIdsAsync(KeyB)).ShouldBe(["new"]);
        await Eventually.HoldsAsync(() => fixture.Store.Faults.Count == 1);

        await fixture.ReopenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["at once"]);
        (await fixture.LeaseIdsAsync(KeyB)).ShouldBe(["new"]);

        await fixture.Store.DisposeAsync();
        await File.WriteAllBytesAsync(fixture.PathOf("1.db"), good, TestContext.Current.CancellationToken);
        await fixture.OpenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["old", "at once"]);
        (await fixture.LeaseIdsAsync(KeyB)).ShouldBe(["new"]);
    }
}
