using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Config;

/// <summary>A missing or empty configuration, or one of another store, never looks like a first start.</summary>
public sealed class SqliteConfigStoreMissingTests : IDisposable
{
    private static readonly ConfigKey Key = new("default", ConfigKind.Function, "hello");

    private readonly TemporaryDirectory _directory = new();

    private string Database => _directory["config.db"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refuses_to_start_without_configuration_unless_that_is_accepted(bool empty)
    {
        await FillAsync(_directory.Path);
        Lose(empty);

        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        refused.Message.ShouldBe(
            $"'{Database}' is {(empty ? "empty" : "missing")}, though manifest.json lists it. "
            + "Restore it from a backup, or start once with --accept-missing-files to begin with an empty configuration.");

        await using (var store = await OpenAsync(_directory.Path, acceptMissing: true))
        {
            (await store.GetAsync(Key, Cancellation)).ShouldBeNull();
        }

        await using var again = await OpenAsync(_directory.Path);
    }

    [Fact]
    public async Task Does_not_apply_the_log_of_a_lost_file_to_the_new_file()
    {
        await using (var store = await OpenAsync(_directory.Path))
        {
            await store.CreateAsync(Key, "1"u8.ToArray(), Cancellation);
            File.Copy(Database + "-wal", _directory["log"]);
        }

        Lose(empty: false);
        File.Move(_directory["log"], Database + "-wal");

        await using (var store = await OpenAsync(_directory.Path, acceptMissing: true))
        {
            (await store.GetAsync(Key, Cancellation)).ShouldBeNull();
        }

        new FileInfo(Database + ".lost-wal").Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Refuses_to_start_without_configuration_when_deliveries_exist_that_no_manifest_lists()
    {
        await FillAsync(_directory.Path);
        Directory.CreateDirectory(_directory["deliveries"]);
        await File.WriteAllTextAsync(_directory["deliveries/3.db"], "x", Cancellation);
        File.Delete(_directory["manifest.json"]);
        Lose(empty: false);

        for (var start = 0; start < 2; start++)
        {
            var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
            refused.Message.ShouldStartWith($"'{Database}' is missing, though there are deliveries beside it. ");
        }
    }

    [Fact]
    public async Task Reports_the_manifest_when_only_it_is_missing()
    {
        await FillAsync(_directory.Path);
        Directory.CreateDirectory(_directory["deliveries"]);
        await File.WriteAllTextAsync(_directory["deliveries/3.db"], "x", Cancellation);
        File.Delete(_directory["manifest.json"]);

        await using (var store = await OpenAsync(_directory.Path))
        {
            store.Faults.ShouldBe([new StoreFault("manifest.json", StoreFaultKind.Missing)]);
        }

        await using var again = await OpenAsync(_directory.Path);
        again.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Starts_with_an_empty_file_that_a_crash_left()
    {
        await using (await OpenAsync(_directory.Path))
        {
        }

        File.Delete(_directory["manifest.json"]);
        Lose(empty: true);
        await using var store = await OpenAsync(_directory.Path);
        (await store.LoadAsync(Cancellation)).Revision.ShouldBe(0);
    }

    [Fact]
    public async Task Refuses_the_configuration_of_another_store_but_accepts_it_in_an_empty_directory()
    {
        await FillAsync(_directory["a"]);
        await FillAsync(_directory["b"]);
        File.Copy(_directory["a/config.db"], _directory["b/config.db"], overwrite: true);
        Directory.CreateDirectory(_directory["c"]);
        File.Copy(_directory["a/config.db"], _directory["c/config.db"]);

        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory["b"]));
        refused.Message.ShouldStartWith($"'{_directory["b/config.db"]}' belongs to the store ");
        await using var store = await OpenAsync(_directory["c"]);
        (await store.GetAsync(Key, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Accepts_a_backup_of_the_same_store()
    {
        await FillAsync(_directory.Path);
        await using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = $"VACUUM INTO '{_directory["backup.db"]}'";
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await using (var store = await OpenAsync(_directory.Path))
        {
            await store.DeleteAsync(Key, 1, Cancellation);
        }

        File.Move(_directory["backup.db"], Database, overwrite: true);
        await using var restored = await OpenAsync(_directory.Path);
        (await restored.GetAsync(Key, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Refuses_a_damaged_manifest_by_name()
    {
        await FillAsync(_directory.Path);
        await File.WriteAllTextAsync(_directory["manifest.json"], "{", Cancellation);
        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        refused.Message.ShouldStartWith($"The manifest '{_directory["manifest.json"]}' is damaged: ");
        File.Delete(_directory["manifest.json"]);
        await using var store = await OpenAsync(_directory.Path);
    }

    private static async Task FillAsync(string directory)
    {
        await using var store = await OpenAsync(directory);
        await store.CreateAsync(Key, "1"u8.ToArray(), Cancellation);
    }

    private static Task<SqliteConfigStore> OpenAsync(string directory, bool acceptMissing = false) =>
        SqliteConfigStore.OpenAsync(directory, acceptMissing, TimeProvider.System, NullLogger.Instance, Cancellation).AsTask();

    private void Lose(bool empty)
    {
        File.Delete(Database);
        if (empty)
        {
            File.WriteAllBytes(Database, []);
        }
    }
}
