using System.Runtime.CompilerServices;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Extensions.Logging;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>Keeps the configuration in a SQLite database in a directory that this process alone uses.</summary>
/// <remarks>
/// A write is answered when it is on disk (<c>synchronous=FULL</c>). Writes that arrive together share one transaction.
/// The change feed reaches back to the opening of the store at most, and to a bounded number of writes.
/// </remarks>
public sealed class SqliteConfigStore : IConfigStore, IStoreHealth
{
    private readonly DirectoryLock _lock;
    private readonly ConfigReader _reader;
    private readonly ConfigWriter _writer;
    private readonly ChangeFeed _feed;
    private readonly ConfigDamage _damage;
    private readonly Manifest _manifest;
    private int _disposed;

    private SqliteConfigStore(DirectoryLock directoryLock, ConfigReader reader, ConfigWriter writer, ChangeFeed feed, ConfigDamage damage, Manifest manifest)
    {
        _lock = directoryLock;
        _reader = reader;
        _writer = writer;
        _feed = feed;
        _damage = damage;
        _manifest = manifest;
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoreFault> Faults => _manifest.WasLost ? [Manifest.Lost, .. _damage.Faults] : _damage.Faults;

    /// <summary>Opens the store in a directory, creating both if they do not exist, and migrates an older store.</summary>
    /// <param name="directory">The directory. It is created readable for its owner only.</param>
    /// <param name="timeProvider">The clock for the time in the lock file.</param>
    /// <param name="logger">Receives a line for each migration and for each failed write.</param>
    /// <param name="cancellationToken">Cancels the opening before it begins.</param>
    /// <exception cref="ConfigStoreRefusedException">
    /// Another process has the directory, it can't be used, or the store is damaged, of a newer version or no store at all.
    /// </exception>
    /// <exception cref="ConfigStoreUnavailableException">The disk is full or fails.</exception>
    public static ValueTask<SqliteConfigStore> OpenAsync(
        string directory, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken) =>
        OpenAsync(directory, acceptMissing: false, timeProvider, logger, cancellationToken);

    /// <summary>Opens the store in a directory, creating both if they do not exist, and migrates an older store.</summary>
    /// <param name="directory">The directory. It is created readable for its owner only.</param>
    /// <param name="acceptMissing">Whether to begin with an empty configuration when its file should be there and is missing or empty.</param>
    /// <param name="timeProvider">The clock for the time in the lock file.</param>
    /// <param name="logger">Receives a line for each migration and for each failed write.</param>
    /// <param name="cancellationToken">Cancels the opening before it begins.</param>
    /// <exception cref="ConfigStoreRefusedException">
    /// Another process has the directory, it can't be used, or the store is damaged, missing, of another data directory, of a newer
    /// version or no store at all.
    /// </exception>
    /// <exception cref="ConfigStoreUnavailableException">The disk is full or fails.</exception>
    public static ValueTask<SqliteConfigStore> OpenAsync(
        string directory, bool acceptMissing, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken) =>
        OpenAsync(directory, timeProvider, logger, new ConfigStoreSettings { AcceptMissing = acceptMissing }, cancellationToken);

    internal static async ValueTask<SqliteConfigStore> OpenAsync(
        string directory, TimeProvider timeProvider, ILogger logger, ConfigStoreSettings settings, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);

        // SQLite blocks while it reads the disk. At opening that takes too long for the caller's thread.
        return await Task.Run(() => Open(Path.GetFullPath(directory), timeProvider, logger, settings), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ConfigEntry?> GetAsync(ConfigKey key, CancellationToken cancellationToken) =>
        _reader.GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConfigContents> LoadAsync(CancellationToken cancellationToken) =>
        _reader.LoadAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConfigWriteResult> CreateAsync(ConfigKey key, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new ConfigWrite(key, json.ToArray(), expectedRevision: 0, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<ConfigWriteResult> UpdateAsync(
        ConfigKey key, ReadOnlyMemory<byte> json, long expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedRevision, 1);
        return _writer.WriteAsync(new ConfigWrite(key, json.ToArray(), expectedRevision, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<ConfigWriteResult> DeleteAsync(ConfigKey key, long expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedRevision, 1);
        return _writer.WriteAsync(new ConfigWrite(key, json: null, expectedRevision, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<ConfigWriteResult> DeleteAllAsync(IReadOnlyList<ConfigRevision> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return _writer.WriteAsync(new ConfigWrite([.. entries], cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SubscriptionDeletion>> ListDeletionsAsync(CancellationToken cancellationToken) =>
        _reader.ListDeletionsAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveDeletionAsync(SubscriptionDeletion deletion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deletion);
        var key = new ConfigKey(deletion.Space, ConfigKind.Subscription, deletion.SubscriptionId);
        await _writer.WriteAsync(new ConfigWrite(key, json: null, expectedRevision: 0, cancellationToken) { Deletion = deletion });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ConfigChange> WatchAsync(
        long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (changes, more) = _feed.Read(afterRevision);
            foreach (var change in changes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return change;
                afterRevision = change.Revision;
            }

            if (more is null)
            {
                yield break;
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Finishes the writes that were accepted, ends the change feeds and gives the directory back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _writer.DisposeAsync();
        _feed.Complete();
        await _reader.DisposeAsync();
        _lock.Dispose();
    }

    private static SqliteConfigStore Open(
        string directory, TimeProvider timeProvider, ILogger logger, ConfigStoreSettings settings)
    {
        var directoryLock = DirectoryLock.Acquire(directory, timeProvider, "Stop that one, or give this one a directory of its own with --embed-data-dir.");
        ConfigReader? reader = null;
        try
        {
            var database = new ConfigDatabase(directory, settings);
            var manifest = OpenManifest(directory, logger);
            var revision = database.Prepare(manifest, settings.AcceptMissing, logger);
            var damage = new ConfigDamage(database.FilePath, logger);
            reader = new ConfigReader(database, damage);
            var feed = new ChangeFeed(settings.FeedLength, settings.FeedBytes, revision);
            return new SqliteConfigStore(directoryLock, reader, new ConfigWriter(database, feed, damage, logger), feed, damage, manifest);
        }
        catch
        {
            reader?.Dispose();
            directoryLock.Dispose();
            throw;
        }
    }

    private static Manifest OpenManifest(string directory, ILogger logger)
    {
        try
        {
            return Manifest.Open(directory, logger);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigStoreUnavailableException($"The manifest of '{directory}' cannot be read or written: {exception.Message}", exception);
        }
    }
}
