using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Config;

public sealed class SqliteConfigStoreFailureTests : IDisposable
{
    private static readonly ConfigKey Key = new("default", ConfigKind.Function, "hello");

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Serves_reads_while_the_disk_is_full_and_recovers()
    {
        var pages = 20;
        await using var store = await OpenAsync(new ConfigStoreSettings
        {
            // SQLite answers a database at its limit as it answers a full disk.
            WriterOpened = connection => Sql.Execute(connection, $"PRAGMA max_page_count = {pages}"),
        });
        await store.CreateAsync(Key, "1"u8.ToArray(), Cancellation);

        var failed = await Should.ThrowAsync<ConfigStoreUnavailableException>(
            () => store.UpdateAsync(Key, new byte[200_000], 1, Cancellation).AsTask());
        failed.Message.ShouldStartWith("The config store cannot be written: ");
        failed.Message.ShouldContain("full");
        (await store.GetAsync(Key, Cancellation))!.Revision.ShouldBe(1);
        (await store.UpdateAsync(Key, "2"u8.ToArray(), 1, Cancellation)).Revision.ShouldBe(2);
        await Should.ThrowAsync<ConfigStoreUnavailableException>(
            () => store.UpdateAsync(Key, new byte[200_000], 2, Cancellation).AsTask());

        pages = 1_000_000;
        (await store.UpdateAsync(Key, new byte[200_000], 2, Cancellation)).Revision.ShouldBe(3);
        (await store.GetAsync(Key, Cancellation))!.Json.Length.ShouldBe(200_000);
    }

    [Fact]
    public async Task Serves_reads_while_another_program_locks_the_database_and_recovers()
    {
        await using var store = await OpenAsync(new ConfigStoreSettings { BusySeconds = 1 });
        await store.CreateAsync(Key, "1"u8.ToArray(), Cancellation);
        using (var other = new SqliteConnection($"Data Source={_directory["config.db"]};Pooling=False"))
        {
            other.Open();
            Sql.Execute(other, "BEGIN IMMEDIATE");
            await Should.ThrowAsync<ConfigStoreUnavailableException>(
                () => store.UpdateAsync(Key, "2"u8.ToArray(), 1, Cancellation).AsTask());
            (await store.GetAsync(Key, Cancellation))!.Revision.ShouldBe(1);
        }

        (await store.UpdateAsync(Key, "3"u8.ToArray(), 1, Cancellation)).Revision.ShouldBe(2);
    }

    [Fact]
    public async Task Gives_watchers_a_gap_when_the_file_has_a_revision_that_the_feed_does_not_know()
    {
        await using var store = await OpenAsync(new ConfigStoreSettings());
        await store.CreateAsync(Key, "1"u8.ToArray(), Cancellation);
        var watched = NextAsync(store, 1);
        using (var other = new SqliteConnection($"Data Source={_directory["config.db"]};Pooling=False"))
        {
            other.Open();
            Sql.Execute(other, "UPDATE config SET revision = 2; UPDATE state SET revision = 2");
        }

        (await store.UpdateAsync(Key, "3"u8.ToArray(), 2, Cancellation)).Revision.ShouldBe(3);
        await Should.ThrowAsync<ConfigFeedGapException>(() => watched);
        (await NextAsync(store, 2)).ShouldBe(3);
    }

    [Fact]
    public async Task Gives_a_gap_to_a_watcher_that_is_too_late()
    {
        await using var store = await OpenAsync(new ConfigStoreSettings { FeedLength = 10 });
        for (var i = 0; i < 25; i++)
        {
            await store.CreateAsync(Key with { Id = $"f{i}" }, "1"u8.ToArray(), Cancellation);
        }

        await Should.ThrowAsync<ConfigFeedGapException>(() => NextAsync(store, 14));
        (await NextAsync(store, 15)).ShouldBe(16);
    }

    [Fact]
    public async Task Keeps_no_more_than_the_allowed_bytes_for_watchers()
    {
        await using var store = await OpenAsync(new ConfigStoreSettings { FeedBytes = 1000 });
        for (var i = 0; i < 25; i++)
        {
            await store.CreateAsync(Key with { Id = $"f{i}" }, new byte[400], Cancellation);
        }

        await Should.ThrowAsync<ConfigFeedGapException>(() => NextAsync(store, 22));
        (await NextAsync(store, 23)).ShouldBe(24);
        await store.CreateAsync(Key with { Id = "big" }, new byte[4000], Cancellation);
        (await NextAsync(store, 25)).ShouldBe(26);
    }

    [Fact]
    public async Task Gives_a_gap_to_a_watcher_from_before_the_opening()
    {
        await using (var store = await OpenAsync(new ConfigStoreSettings()))
        {
            await store.CreateAsync(Key, "1"u8.ToArray(), Cancellation);
        }

        await using var again = await OpenAsync(new ConfigStoreSettings());
        await Should.ThrowAsync<ConfigFeedGapException>(() => NextAsync(again, 0));
    }

    [Fact]
    public async Task Ends_the_feeds_when_disposed()
    {
        var store = await OpenAsync(new ConfigStoreSettings());
        var watched = NextAsync(store, 0);
        await store.DisposeAsync();
        (await watched).ShouldBeNull();
    }

    private static async Task<long?> NextAsync(SqliteConfigStore store, long afterRevision)
    {
        await foreach (var change in store.WatchAsync(afterRevision, Cancellation))
        {
            return change.Revision;
        }

        return null;
    }

    private Task<SqliteConfigStore> OpenAsync(ConfigStoreSettings settings) =>
        SqliteConfigStore.OpenAsync(_directory.Path, TimeProvider.System, NullLogger.Instance, settings, Cancellation).AsTask();
}
