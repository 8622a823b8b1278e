using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>Operations while a file is damaged, and the content of the repaired file.</summary>
public sealed class SqliteDeliveryStoreRepairTests
{
    private const int Events = 100;
    private const int PageBytes = 4096;

    [Theory]
    [InlineData("subscriptions")]
    [InlineData("subscription_copies")]
    public async Task Loses_no_delivery_when_a_page_of_subscriptions_is_lost(string table)
    {
        await using var fixture = await FillAsync();
        await fixture.Store.DisposeAsync();
        LosePages(fixture.PathOf("1.db"), table);
        await fixture.OpenAsync();

        fixture.Store.Faults.ShouldHaveSingleItem().Kind.ShouldBe(StoreFaultKind.Damaged);
        var error = Errors(fixture).ShouldHaveSingleItem();
        error.ShouldContain($"{2 * Events} waiting deliveries were saved.");
        error.ShouldNotContain("were lost");
        (await fixture.LeaseIdsAsync(KeyA)).Length.ShouldBe(Events);
        (await fixture.LeaseIdsAsync(KeyB)).Length.ShouldBe(Events);

        // The new file has both again.
        await fixture.Store.DisposeAsync();
        LosePages(fixture.PathOf("1.db"), table);
        await fixture.OpenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).Length.ShouldBe(Events);
    }

    [Fact]
    public async Task Counts_deliveries_of_unknown_subscriptions_as_lost()
    {
        await using var fixture = await FillAsync();
        await fixture.Store.DisposeAsync();
        LosePages(fixture.PathOf("1.db"), "subscriptions", "subscription_copies");
        await fixture.OpenAsync();

        Errors(fixture).ShouldHaveSingleItem()
            .ShouldContain($"0 waiting deliveries were saved. {2 * Events} were lost, because their event or subscription cannot be read.");
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Never_reuses_the_number_of_a_lost_subscription()
    {
        await using var fixture = await FillAsync();
        var before = ((SqliteDelivery)(await fixture.LeaseAsync(KeyB, 1)).Single()).Number;
        await fixture.Store.DisposeAsync();
        LosePages(fixture.PathOf("1.db"), "subscriptions", "subscription_copies");
        await fixture.OpenAsync();

        await fixture.AppendAsync(("new", [A, B]));
        ((SqliteDelivery)(await fixture.LeaseAsync(KeyA)).Single()).Number.ShouldBeGreaterThan(before);
        ((SqliteDelivery)(await fixture.LeaseAsync(KeyB)).Single()).Number.ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task Keeps_deliveries_whose_subscription_is_lost_in_the_file_but_known_in_memory()
    {
        await using var fixture = await FillAsync();
        var leased = (await fixture.LeaseAsync(KeyB, 1)).Single();
        var segment = ((SqliteDelivery)leased).Segment;
        await using (Damage(segment))
        {
            await AppendToNextAsync(fixture, "next");
            using var connection = segment.File.OpenSmall();
            Sql.Execute(connection, "DELETE FROM subscriptions; DELETE FROM subscription_copies;");
            await fixture.Store.DropAsync([KeyA], null, default);
        }

        await Eventually.HoldsAsync(() => !segment.Damage.IsSet);
        await fixture.CompleteAsync(leased, new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() });
        await fixture.ReopenAsync();

        (await fixture.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
        (await fixture.LeaseIdsAsync(KeyB)).ShouldBe(Enumerable.Range(0, Events).Select(n => $"{n}"), ignoreOrder: true);
    }

    [Theory]
    [InlineData("bodies")]
    [InlineData("events")]
    [InlineData("deliveries")]
    public async Task Finds_rows_on_pages_that_no_page_leads_to(string table)
    {
        await using var fixture = await FillAsync();
        await fixture.Store.DisposeAsync();
        LosePages(fixture.PathOf("1.db"), table);
        await fixture.OpenAsync();

        (await fixture.LeaseIdsAsync(KeyA)).Length.ShouldBe(Events);
    }

    [Fact]
    public async Task Does_not_repeat_deliveries_when_the_list_of_free_pages_is_lost()
    {
        await using var fixture = await FillAsync();
        foreach (var delivery in await fixture.LeaseAsync(KeyA))
        {
            await fixture.Store.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.Delivered), default);
        }

        await fixture.Store.DisposeAsync();
        var path = fixture.PathOf("1.db");
        LosePages(path, "bodies");
        using (var file = File.OpenWrite(path))
        {
            file.Write(new byte[PageBytes]);
        }

        await fixture.OpenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
        (await fixture.LeaseIdsAsync(KeyB)).Length.ShouldBe(Events);
    }

    [Fact]
    public async Task Deletes_the_files_of_an_interrupted_repair()
    {
        await using var fixture = await FillAsync();
        await fixture.Store.DisposeAsync();
        string[] left = ["1.db.salvaged", "1.db.salvaged-wal", "1.db.salvaged.new", "1.db.salvaged.new-journal", "1.db.salvaged-head", "1.db.salvaged-pages-wal"];
        foreach (var name in left.Append("9.db.salvaged"))
        {
            await File.WriteAllTextAsync(fixture.PathOf(name), "left", TestContext.Current.CancellationToken);
        }

        await fixture.OpenAsync();

        left.Where(name => File.Exists(fixture.PathOf(name))).ShouldBeEmpty();

        // It may have data that no other file has.
        File.Exists(fixture.PathOf("9.db.salvaged")).ShouldBeTrue();
        (await fixture.LeaseIdsAsync(KeyA)).Length.ShouldBe(Events);
    }

    [Fact]
    public async Task Makes_a_drop_when_the_file_is_mended()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("before", [A, B]), ("leased", [B]));
        var segment = ((SqliteDelivery)(await fixture.LeaseAsync(KeyB, 1)).Single()).Segment;
        await using (Damage(segment))
        {
            (await fixture.Store.DropAsync([KeyA], null, default)).FilesLeft.ShouldBe([segment.Number]);
            await AppendToNextAsync(fixture, "after");
            (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["after"]);
        }

        await Eventually.HoldsAsync(() => !segment.Damage.IsSet);
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
        await fixture.Store.FlushAsync();
        fixture.Store.Count.ShouldBe(3);
        await fixture.ReopenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["after"]);
        (await fixture.LeaseIdsAsync(KeyB)).ShouldBe(["before", "leased"]);
    }

    [Fact]
    public async Task Reports_the_file_of_a_postponed_drop_so_that_it_can_be_repeated_after_a_crash()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new DeliveryStoreSettings { CheckpointPages = int.MaxValue } }.OpenAsync();
        await fixture.AppendAsync(("before", [A, B]), ("leased", [B]));
        var segment = ((SqliteDelivery)(await fixture.LeaseAsync(KeyB, 1)).Single()).Segment;
        await using (Damage(segment))
        {
            (await fixture.Store.DropAsync([KeyA], null, default)).FilesLeft.ShouldBe([1]);
            await AppendToNextAsync(fixture, "after");
            await using var crashed = await fixture.CrashAsync();

            var again = await crashed.Store.DropAsync([KeyA], [1], default);

            again.Deliveries.ShouldBe(1);
            again.FilesLeft.ShouldBeEmpty();
            (await crashed.LeaseIdsAsync(KeyA)).ShouldBe(["after"]);
            (await crashed.LeaseIdsAsync(KeyB)).ShouldBe(["before", "leased"]);
        }
    }

    [Fact]
    public async Task Leases_restored_rows_and_no_row_twice()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("delivered", [A]), ("leased", [A]), ("in memory", [A]));
        var leased = await fixture.LeaseAsync(KeyA, 2);
        var delivered = (SqliteDelivery)leased[0];
        await fixture.CompleteAsync(delivered, new DeliveryVerdict(DeliveryFate.Delivered));
        var segment = delivered.Segment;
        await using (Damage(segment))
        {
            // As if the end of the log were lost.
            await AppendToNextAsync(fixture, "next");
            using var connection = segment.File.OpenSmall();
            using var add = new Statement(connection, "INSERT INTO deliveries (subscription, due, n, event, attempts) VALUES (?, ?, ?, ?, 0)");
            add.Bind(1, delivered.Number).Bind(2, delivered.Position.Due).Bind(3, delivered.Position.N).Bind(4, delivered.Event).Run();
        }

        await Eventually.HoldsAsync(() => !segment.Damage.IsSet);
        var again = await fixture.LeaseAsync(KeyA);
        again.Select(delivery => delivery.EventId).ShouldBe(["in memory", "next", "delivered"], ignoreOrder: true);
        foreach (var delivery in again.Append(leased[1]))
        {
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.Delivered));
        }

        fixture.Store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Does_not_read_events_past_a_file_that_is_being_mended()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A]));
        var segment = ((SqliteDelivery)(await fixture.LeaseAsync(KeyA)).Single()).Segment;
        var range = new LogRange { Space = "default", EventTypes = ["test.event"], To = fixture.Time.GetUtcNow() + TimeSpan.FromDays(1) };
        LogPart first;
        await using (Damage(segment))
        {
            await AppendToNextAsync(fixture, "2");
            var listing = fixture.Store.ListAsync(new EventFilter { Space = "default" }, 9, null, default).AsTask();
            (await Should.ThrowAsync<IOException>(listing)).Message.ShouldContain("is being saved");
            first = await fixture.Store.ReadAsync(range, null, 9, long.MaxValue, default);
        }

        first.Events.ShouldBeEmpty();
        first.RetryAfter.ShouldNotBeNull();
        await Eventually.HoldsAsync(() => !segment.Damage.IsSet);
        var second = await fixture.Store.ReadAsync(range, first.Next, 9, long.MaxValue, default);
        second.Events.Select(json => CloudEventReader.ReadStructured(json).Event!.Id).ShouldBe(["1", "2"]);
        second.Next.ShouldBeNull();
    }

    private static IEnumerable<string> Errors(SqliteDeliveryFixture fixture) =>
        fixture.Logger.Entries.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Text);

    private static async Task<SqliteDeliveryFixture> FillAsync()
    {
        var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync([.. Enumerable.Range(0, Events).Select(n => ($"{n}", new[] { A, B }))]);
        return fixture;
    }

    // Appends are refused until the next file is ready.
    private static async Task AppendToNextAsync(SqliteDeliveryFixture fixture, string id)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await fixture.AppendAsync((id, [A]))).IsAccepted)
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    // The file is damaged until this is disposed, which repairs it.
    private static RepairHold Damage(Segment segment) => new(segment);

    /// <summary>Overwrites the first page of each table.</summary>
    internal static void LosePages(string path, params string[] tables)
    {
        var pages = new List<long>();
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            foreach (var table in tables)
            {
                using var statement = new Statement(connection, $"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
                pages.Add(statement.RunForNumber());
            }
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        foreach (var page in pages)
        {
            file.Position = (page - 1) * PageBytes;
            file.Write(new byte[PageBytes]);
        }
    }

    private sealed class RepairHold : IAsyncDisposable
    {
        private readonly ManualResetEventSlim _go = new();
        private readonly Task<bool> _reading;

        public RepairHold(Segment segment)
        {
            using var began = new ManualResetEventSlim();
            _reading = segment.ReadLogAsync(
                _ =>
                {
                    began.Set();
                    return _go.Wait(TimeSpan.FromSeconds(30));
                },
                default).AsTask();
            began.Wait();
            segment.Damage.Report("The test says so.");
        }

        public async ValueTask DisposeAsync()
        {
            _go.Set();
            (await _reading).ShouldBeTrue();
            _go.Dispose();
        }
    }
}
