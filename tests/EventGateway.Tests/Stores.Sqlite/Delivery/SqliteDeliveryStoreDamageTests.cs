using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>Damaged files are set aside and reported, and their readable deliveries are made.</summary>
public sealed class SqliteDeliveryStoreDamageTests
{
    private const int Events = 400;
    private const int Page = 4096;
    private static readonly DeliveryVerdict Delivered = new(DeliveryFate.Delivered);

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.25, true)]
    [InlineData(0.5, true)]
    [InlineData(0.75, true)]
    [InlineData(1.0, true)]
    [InlineData(0.0, false)]
    [InlineData(0.25, false)]
    [InlineData(0.5, false)]
    [InlineData(0.75, false)]
    [InlineData(1.0, false)]
    public async Task Delivers_the_readable_part_of_a_file_with_a_damaged_page(double position, bool atOpening)
    {
        await using var fixture = await FillAsync();
        if (!atOpening)
        {
            fixture.Settings = fixture.Settings with { CheckBytes = 0 };
            await fixture.OpenAsync();
        }

        ZeroPage(fixture.PathOf("1.db"), position);
        if (atOpening)
        {
            await fixture.OpenAsync();
        }

        var ids = await DrainAsync(fixture, KeyA);
        ids.Count.ShouldBeGreaterThan(Events / 2);
        (await fixture.AppendAsync(("new", [A, B]))).IsAccepted.ShouldBeTrue();
        (await DrainAsync(fixture, KeyA)).ShouldBe(["new"]);
        (await DrainAsync(fixture, KeyB)).ShouldContain("new");
        if (ids.Count < Events)
        {
            var fault = fixture.Store.Faults.ShouldHaveSingleItem();
            fault.ShouldBe(new StoreFault("deliveries/1.db.damaged-20300102T030405Z", StoreFaultKind.Damaged));
            Errors(fixture).ShouldHaveSingleItem().ShouldStartWith("deliveries/1.db is damaged: ");
        }

        // It is neither delivered again nor reported as new damage.
        await fixture.ReopenAsync();
        (await DrainAsync(fixture, KeyA)).ShouldBeEmpty();
        (await DrainAsync(fixture, KeyB)).ShouldBeEmpty();
        Errors(fixture).Count().ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Delivers_the_readable_part_of_a_truncated_file()
    {
        await using var fixture = await FillAsync();
        using (var file = File.OpenWrite(fixture.PathOf("1.db")))
        {
            file.SetLength(file.Length / 2 / Page * Page);
        }

        await fixture.OpenAsync();
        fixture.Store.Faults.ShouldHaveSingleItem().Kind.ShouldBe(StoreFaultKind.Damaged);
        Errors(fixture).ShouldHaveSingleItem().ShouldContain("It is cut off: it has ");
        await DrainAsync(fixture, KeyA);
        (await fixture.AppendAsync(("new", [A]))).IsAccepted.ShouldBeTrue();
        (await DrainAsync(fixture, KeyA)).ShouldBe(["new"]);
    }

    [Fact]
    public async Task A_damaged_current_file_does_not_refuse_appends()
    {
        await using var fixture = await FillAsync();
        fixture.Settings = fixture.Settings with { CheckBytes = 0 };
        await fixture.OpenAsync();
        await Eventually.HoldsAsync(() => fixture.Files.Contains("2"));
        for (var page = 0; page < 100; page++)
        {
            ZeroPage(fixture.PathOf("1.db"), page / 100.0);
        }

        for (var i = 0; i < 50; i++)
        {
            (await fixture.AppendAsync(($"new {i}", [A]))).IsAccepted.ShouldBeTrue();
        }

        (await DrainAsync(fixture, KeyA)).Where(id => id.StartsWith("new", StringComparison.Ordinal)).Count().ShouldBe(50);
    }

    [Fact]
    public async Task Keeps_the_readable_dead_letters()
    {
        await using var fixture = await FillAsync();
        await fixture.OpenAsync();
        foreach (var delivery in await fixture.LeaseAsync(KeyA, Events))
        {
            await fixture.Store.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" }, default);
        }

        await fixture.Store.FlushAsync();
        await fixture.Store.DisposeAsync();
        ZeroPage(fixture.DeadLettersFile, 0.5);
        await fixture.OpenAsync();

        fixture.Store.Faults.ShouldHaveSingleItem().File.ShouldBe("deliveries/dead-letters.db.damaged-20300102T030405Z");
        Errors(fixture).ShouldHaveSingleItem().ShouldContain(" dead letters were saved");
        var filter = new DeadLetterFilter { Space = "default" };
        (await fixture.Store.ListAsync(filter, Events, null, default)).Items.Count.ShouldBeInRange(Events / 2, Events - 1);
        (await fixture.Store.DeleteAsync(filter, default)).ShouldBeGreaterThanOrEqualTo(Events / 2);
    }

    [Fact]
    public async Task Checks_dead_letters_in_the_background()
    {
        await using var fixture = await FillAsync();
        await fixture.OpenAsync();
        foreach (var delivery in await fixture.LeaseAsync(KeyA, Events))
        {
            await fixture.Store.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" }, default);
        }

        await fixture.Store.DisposeAsync();
        ZeroPage(fixture.DeadLettersFile, 0.5);
        fixture.Settings = fixture.Settings with { CheckBytes = 0 };
        await fixture.OpenAsync();

        await Eventually.HoldsAsync(() => fixture.Store.Faults.Count > 0);
        fixture.Store.Faults.ShouldHaveSingleItem().File.ShouldStartWith("deliveries/dead-letters.db.damaged-");
    }

    [Theory]
    [InlineData("1.db")]
    [InlineData("dead-letters.db")]
    public async Task Notices_that_the_log_of_a_file_is_missing(string file)
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("waits", [A]), ("dies", [B]));
        var dies = (await fixture.LeaseAsync(KeyB)).Single();
        await fixture.CompleteAsync(dies, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" });
        await using var crashed = await fixture.CrashAsync(lost: file + "-wal");

        crashed.Store.Faults.ShouldHaveSingleItem().File.ShouldStartWith($"deliveries/{file}.damaged-");
        Errors(crashed).ShouldHaveSingleItem().ShouldContain($"{file}-wal is missing, which holds the latest ");
        (await crashed.AppendAsync(("new", [A]))).IsAccepted.ShouldBeTrue();
        (await DrainAsync(crashed, KeyA)).ShouldContain("new");
    }

    // The index describes the log, but is not synced with it.
    [Fact]
    public async Task Does_not_trust_the_index_of_a_log_from_another_boot()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("lost", [A]));
        await using var crashed = await fixture.CrashAsync(lost: "1.db-wal", boot: "another");

        crashed.Store.Faults.ShouldBeEmpty();
        Errors(crashed).ShouldBeEmpty();
    }

    [Fact]
    public async Task Continues_the_row_numbers_of_older_files_when_the_dead_letters_are_new()
    {
        await using var fixture = await FillAsync();
        await fixture.OpenAsync();
        await fixture.ReopenAsync();
        await fixture.AppendAsync(("last", [A]));
        await fixture.Store.DisposeAsync();
        File.Delete(fixture.DeadLettersFile);

        await fixture.OpenAsync();
        var before = (await fixture.LeaseAsync(KeyA, 1000)).Cast<SqliteDelivery>().Max(delivery => delivery.Position.N);
        await fixture.AppendAsync(("new", [A]));
        (await fixture.LeaseAsync(KeyA)).Cast<SqliteDelivery>().Single().Position.N.ShouldBeGreaterThan(before);
    }

    private static IEnumerable<string> Errors(SqliteDeliveryFixture fixture) =>
        fixture.Logger.Entries.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Text);

    // Many events wait in 1.db, all of them in the database and none in its log.
    private static async Task<SqliteDeliveryFixture> FillAsync()
    {
        var fixture = await new SqliteDeliveryFixture().OpenAsync();
        for (var i = 0; i < Events; i++)
        {
            await fixture.AppendAsync(1000, ($"e{i}", [A, B]));
        }

        await fixture.Store.DisposeAsync();
        return fixture;
    }

    // Leases and completes all deliveries of a subscription, after the repair.
    private static async Task<List<string>> DrainAsync(SqliteDeliveryFixture fixture, SubscriptionKey key)
    {
        var ids = new List<string>();
        var window = new LeasedDelivery[64];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            deadline.Token.ThrowIfCancellationRequested();
            var lease = await fixture.Store.LeaseAsync(key, window, default);
            foreach (var delivery in window[..lease.Count])
            {
                ids.Add(delivery.EventId);
                await fixture.Store.CompleteAsync(delivery, Delivered, default);
            }

            if (lease is { Count: 0, NextDue: null })
            {
                await fixture.Store.FlushAsync();
                return ids;
            }

            await Task.Yield();
        }
    }

    private static void ZeroPage(string path, double position)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = (long)Math.Round(position * ((file.Length / Page) - 1)) * Page;
        file.Write(new byte[Page]);
    }
}
