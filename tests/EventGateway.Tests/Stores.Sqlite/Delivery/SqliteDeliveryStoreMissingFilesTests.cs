using EventGateway.Abstractions.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>Missing and empty files, and files of another store, are reported by name. The others are used.</summary>
public sealed class SqliteDeliveryStoreMissingFilesTests
{
    private const string Manifest = "manifest.json";

    [Theory]
    [InlineData("1.db")]
    [InlineData("dead-letters.db")]
    [InlineData("replays.db")]
    public async Task Reports_a_missing_file_at_each_start_until_it_is_accepted(string file)
    {
        await using var fixture = await StopAsync(await FillAsync());
        File.Delete(fixture.PathOf(file));

        for (var start = 0; start < 2; start++)
        {
            await fixture.OpenAsync();
            fixture.Store.Faults.ShouldBe([new StoreFault($"deliveries/{file}", StoreFaultKind.Missing)]);
            Errors(fixture).Last().ShouldStartWith($"deliveries/{file} is missing in {fixture.Root}. ");
            (await fixture.AppendAsync(("new", [B]))).IsAccepted.ShouldBeTrue();
            await fixture.Store.DisposeAsync();
        }

        fixture.Options = fixture.Options with { AcceptMissingFiles = true };
        await fixture.OpenAsync();
        fixture.Store.Faults.ShouldBeEmpty();
        fixture.Options = fixture.Options with { AcceptMissingFiles = false };
        await fixture.ReopenAsync();
        fixture.Store.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Delivers_from_a_file_that_was_put_back()
    {
        await using var fixture = await StopAsync(await FillAsync());
        File.Move(fixture.PathOf("1.db"), fixture.PathOf("1.away"));
        await fixture.OpenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
        await fixture.Store.DisposeAsync();

        File.Move(fixture.PathOf("1.away"), fixture.PathOf("1.db"));
        await fixture.OpenAsync();
        fixture.Store.Faults.ShouldBeEmpty();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["first"]);
    }

    [Theory]
    [InlineData("1.db")]
    [InlineData("dead-letters.db")]
    [InlineData("replays.db")]
    public async Task Sets_an_empty_file_aside(string file)
    {
        await using var fixture = await StopAsync(await FillAsync());
        await File.WriteAllBytesAsync(fixture.PathOf(file), [], TestContext.Current.CancellationToken);

        await fixture.OpenAsync();
        await fixture.ReopenAsync();
        var fault = fixture.Store.Faults.ShouldHaveSingleItem();
        fault.Kind.ShouldBe(StoreFaultKind.Damaged);
        fault.File.ShouldBe($"deliveries/{file}.damaged-20300102T030405Z");
        Errors(fixture).ShouldContain($"deliveries/{file} cannot be used: It is empty. It is now {fault.File}; nothing was deleted.");
        (await fixture.AppendAsync(("new", [B]))).IsAccepted.ShouldBeTrue();

        File.Delete(Path.Combine(fixture.Root, fault.File));
        fixture.Store.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sets_a_file_of_another_store_aside()
    {
        await using var other = await StopAsync(await FillAsync());
        await using var fixture = await StopAsync(await FillAsync());
        File.Copy(other.PathOf("1.db"), fixture.PathOf("1.db"), overwrite: true);

        await fixture.OpenAsync();
        fixture.Store.Faults.Select(fault => (fault.File, fault.Kind)).ShouldBe(
        [
            ("deliveries/1.db.foreign-20300102T030405Z", StoreFaultKind.Foreign),
            ("deliveries/1.db", StoreFaultKind.Missing),
        ]);
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBeEmpty();
        File.Exists(fixture.PathOf("1.db.foreign-20300102T030405Z")).ShouldBeTrue();
    }

    [Fact]
    public async Task Reports_the_manifest_when_only_it_is_missing()
    {
        await using var fixture = await StopAsync(await FillAsync());
        File.Delete(Path.Combine(fixture.Root, Manifest));

        await fixture.OpenAsync();
        fixture.Store.Faults.ShouldBe([new StoreFault(Manifest, StoreFaultKind.Missing)]);
        Errors(fixture).ShouldHaveSingleItem().ShouldStartWith($"{Path.Combine(fixture.Root, Manifest)} was missing, ");

        await fixture.ReopenAsync();
        fixture.Store.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Adopts_files_without_an_identity()
    {
        await using var fixture = await StopAsync(await FillAsync());
        File.Delete(Path.Combine(fixture.Root, Manifest));
        foreach (var file in Directory.GetFiles(fixture.PathOf(""), "*.db"))
        {
            await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE identity";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await fixture.OpenAsync();
        fixture.Store.Faults.ShouldBeEmpty();
        Errors(fixture).ShouldBeEmpty();
        fixture.Logger.Entries.ShouldContain(entry => entry.Level == LogLevel.Information && entry.Text.Contains("now lists the 4 files", StringComparison.Ordinal));
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["first"]);
    }

    // A crash may come between creating a file and listing it, and between emptying a file and taking it off the list.
    [Fact]
    public async Task Reports_no_fault_after_a_crash()
    {
        await using var fixture = await StopAsync(await FillAsync());
        await File.WriteAllBytesAsync(fixture.PathOf("3.db"), [], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(fixture.Root, Manifest + ".new"), [1], TestContext.Current.CancellationToken);
        File.Move(fixture.PathOf("2.db"), fixture.PathOf("2.db.expired"));

        await fixture.OpenAsync();
        fixture.Store.Faults.ShouldBeEmpty();
        Errors(fixture).ShouldBeEmpty();
        File.Exists(fixture.PathOf("2.db.expired")).ShouldBeFalse();
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["first"]);
        await fixture.ReopenAsync();
        fixture.Store.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("dead-letters.db")]
    [InlineData("replays.db")]
    public async Task Creates_a_new_file_when_only_a_log_is_left(string file)
    {
        await using var running = await FillAsync();
        await running.CompleteAsync((await running.LeaseAsync(KeyA)).Single(), new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" });
        var now = running.Time.GetUtcNow();
        await running.Store.SaveAsync(
            new Replay { Id = "r", Subscription = KeyA, To = now, EventTypes = ["test"], CreatedAt = now }, TestContext.Current.CancellationToken);
        File.Exists(running.PathOf(file + "-wal")).ShouldBeTrue();

        await using var crashed = await running.CrashAsync(lost: file);

        File.Exists(crashed.PathOf(file + ".lost-wal")).ShouldBeTrue();
        (await crashed.AppendAsync(("new", [B]))).IsAccepted.ShouldBeTrue();
    }

    // Dead letters identify the segment by its number.
    [Fact]
    public async Task Never_uses_the_number_of_a_file_twice()
    {
        await using var fixture = await StopAsync(await FillAsync());
        File.Delete(fixture.PathOf("1.db"));
        File.Delete(fixture.PathOf("2.db"));

        await fixture.OpenAsync();
        await Eventually.HoldsAsync(() => fixture.Files.Order().SequenceEqual(["3", "4"]));
    }

    private static IEnumerable<string> Errors(SqliteDeliveryFixture fixture) =>
        fixture.Logger.Entries.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Text);

    // One delivery waits in 1.db, and 2.db is ready.
    private static async Task<SqliteDeliveryFixture> FillAsync()
    {
        var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("first", [A]));
        await Eventually.HoldsAsync(() => fixture.Files.Contains("2"));
        return fixture;
    }

    private static async Task<SqliteDeliveryFixture> StopAsync(SqliteDeliveryFixture fixture)
    {
        await fixture.Store.DisposeAsync();
        return fixture;
    }
}
