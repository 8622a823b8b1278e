using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Config;

public sealed class SqliteConfigStoreOpeningTests : IDisposable
{
    private static readonly ConfigKey Key = new("default", ConfigKind.Function, "hello");

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private string Database => _directory["config.db"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Creates_a_directory_that_only_its_owner_can_enter()
    {
        var path = _directory["a/b"];
        await using var store = await OpenAsync(path);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.GetUnixFileMode(Path.Combine(path, "config.db")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Refuses_a_directory_in_use_and_names_the_process()
    {
        await using var store = await OpenAsync(_directory.Path);
        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        refused.Message.ShouldBe(
            $"The data directory '{_directory.Path}' is in use by another Event Gateway "
            + $"(process {Environment.ProcessId}, since 2030-01-02T03:04:05Z). "
            + "Stop that one, or give this one a directory of its own with --embed-data-dir.");
    }

    [Fact]
    public async Task Refuses_a_directory_in_use_even_when_the_process_is_unknown()
    {
        await using var store = await OpenAsync(_directory.Path);
        await File.WriteAllTextAsync(_directory["gateway.pid"], "x", Cancellation);
        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        refused.Message.ShouldStartWith($"The data directory '{_directory.Path}' is in use by another Event Gateway. Stop");
    }

    [Fact]
    public async Task Releases_the_directory_when_disposed()
    {
        await (await OpenAsync(_directory.Path)).DisposeAsync();
        await using var again = await OpenAsync(_directory.Path);
    }

    [Fact]
    public async Task Opens_a_directory_whose_process_died()
    {
        await File.WriteAllTextAsync(_directory["gateway.lock"], "", Cancellation);
        await File.WriteAllTextAsync(_directory["gateway.pid"], "1 2029-01-01T00:00:00Z\n", Cancellation);
        await using var store = await OpenAsync(_directory.Path);
        (await store.LoadAsync(Cancellation)).Revision.ShouldBe(0);
    }

    [Fact]
    public async Task Releases_the_directory_when_it_refuses_the_store()
    {
        await File.WriteAllTextAsync(Database, new string('x', 5000), Cancellation);
        await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        File.Delete(Database);
        await using var store = await OpenAsync(_directory.Path);
    }

    [Fact]
    public async Task Refuses_a_path_that_is_a_file()
    {
        await File.WriteAllTextAsync(_directory["file"], "", Cancellation);
        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory["file"]));
        refused.Message.ShouldStartWith($"The data directory '{_directory["file"]}' cannot be used: ");
    }

    [Fact]
    public async Task Refuses_a_store_of_a_newer_version_and_leaves_it_unchanged()
    {
        await (await OpenAsync(_directory.Path)).DisposeAsync();
        Execute("CREATE TABLE newer (x); PRAGMA user_version = 9");
        var before = await File.ReadAllBytesAsync(Database, Cancellation);

        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        refused.Message.ShouldBe(
            $"The config store '{Database}' has version 9; this program knows versions up to {ConfigSchema.Migrations.Count}. "
            + "Run the newer program that wrote it, or restore a backup of an older one.");
        (await File.ReadAllBytesAsync(Database, Cancellation)).ShouldBe(before);
    }

    [Fact]
    public async Task Migrates_an_older_store_and_keeps_its_data()
    {
        await using (var store = await OpenAsync(_directory.Path))
        {
            await store.CreateAsync(Key, "1"u8.ToArray(), Cancellation);
        }

        await using (var store = await OpenAsync(_directory.Path, With("ALTER TABLE config ADD COLUMN note TEXT", "CREATE TABLE extra (x)")))
        {
            (await store.GetAsync(Key, Cancellation))!.Json.ToArray().ShouldBe("1"u8.ToArray());
            (await store.CreateAsync(Key with { Id = "b" }, "2"u8.ToArray(), Cancellation)).Revision.ShouldBe(2);
        }

        Execute("SELECT note FROM config; SELECT x FROM extra");
        await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
    }

    [Fact]
    public async Task Leaves_an_older_store_unchanged_when_a_step_of_the_migration_fails()
    {
        await using (var store = await OpenAsync(_directory.Path))
        {
            await store.CreateAsync(Key, "1"u8.ToArray(), Cancellation);
        }

        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(
            () => OpenAsync(_directory.Path, With("CREATE TABLE extra (x)", "DROP TABLE config", "SELECT x FROM nowhere")));
        refused.Message.ShouldContain(Database);
        refused.Message.ShouldContain("nowhere");

        await using var again = await OpenAsync(_directory.Path);
        (await again.GetAsync(Key, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Refuses_a_file_that_is_not_a_database()
    {
        await File.WriteAllTextAsync(Database, new string('x', 5000), Cancellation);
        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        refused.Message.ShouldBe(
            $"'{Database}' is not a config store (it is no SQLite database). Move it away, or restore it from a backup.");
    }

    [Fact]
    public async Task Refuses_a_database_of_another_program_and_leaves_it_unchanged()
    {
        Execute("CREATE TABLE theirs (x)");
        var before = await File.ReadAllBytesAsync(Database, Cancellation);
        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        refused.Message.ShouldBe($"'{Database}' is a database of another program. Move it away, or use another directory.");
        (await File.ReadAllBytesAsync(Database, Cancellation)).ShouldBe(before);
    }

    [Fact]
    public async Task Refuses_a_damaged_store()
    {
        await using (var store = await OpenAsync(_directory.Path))
        {
            for (var i = 0; i < 200; i++)
            {
                await store.CreateAsync(Key with { Id = $"f{i}" }, new byte[500], Cancellation);
            }
        }

        await using (var file = File.OpenWrite(Database))
        {
            file.Position = file.Length / 2;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 8192).ToArray(), Cancellation);
        }

        var refused = await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
        refused.Message.ShouldStartWith($"The config store '{Database}' is damaged (");
        refused.Message.ShouldEndWith($"Restore it from a backup, or save its readable part: event-gateway doctor --repair --data-dir '{_directory.Path}'");
    }

    [Fact]
    public async Task Refuses_a_store_that_was_cut_short()
    {
        await using (var store = await OpenAsync(_directory.Path))
        {
            await store.CreateAsync(Key, new byte[50_000], Cancellation);
        }

        await using (var file = File.OpenWrite(Database))
        {
            file.SetLength(file.Length / 2);
        }

        await Should.ThrowAsync<ConfigStoreRefusedException>(() => OpenAsync(_directory.Path));
    }

    private static ConfigStoreSettings With(params string[] steps) => new()
    {
        Migrations = [.. ConfigSchema.Migrations, .. steps.Select(sql => new Migration("a step of tomorrow", sql))],
    };

    private Task<SqliteConfigStore> OpenAsync(string directory, ConfigStoreSettings? settings = null) =>
        SqliteConfigStore.OpenAsync(directory, _time, NullLogger.Instance, settings ?? new(), Cancellation).AsTask();

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        Sql.Execute(connection, sql);
    }
}
