using EventGateway.Abstractions.Config;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>Reads the store on a connection of its own, which never waits for the writer.</summary>
internal sealed class ConfigReader : IDisposable, IAsyncDisposable
{
    private readonly SqliteConnection _connection;
    private readonly ConfigDamage _damage;
    private readonly SqliteCommand _get;
    private readonly SemaphoreSlim _turn = new(1);
    private bool _disposed;

    public ConfigReader(ConfigDatabase database, ConfigDamage damage)
    {
        _damage = damage;
        _connection = database.OpenReader();
        _get = _connection.CreateCommand();
        _get.CommandText = "SELECT revision, json FROM config WHERE space = $space AND kind = $kind AND id = $id";
        _get.Parameters.Add("$space", SqliteType.Text);
        _get.Parameters.Add("$kind", SqliteType.Integer);
        _get.Parameters.Add("$id", SqliteType.Text);
    }

    public ValueTask<ConfigEntry?> GetAsync(ConfigKey key, CancellationToken cancellationToken) =>
        InTurnAsync(
            () =>
            {
                _get.Parameters[0].Value = key.Space;
                _get.Parameters[1].Value = (int)key.Kind;
                _get.Parameters[2].Value = key.Id;
                using var row = _get.ExecuteReader();
                return row.Read() ? new ConfigEntry(key, row.GetFieldValue<byte[]>(1), row.GetInt64(0)) : null;
            },
            cancellationToken);

    public ValueTask<ConfigContents> LoadAsync(CancellationToken cancellationToken) =>
        InTurnAsync(() => Load(cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<SubscriptionDeletion>> ListDeletionsAsync(CancellationToken cancellationToken) =>
        InTurnAsync(ListDeletions, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        Dispose();
        _turn.Release();
    }

    /// <summary>Closes the connection; only where no read can be going on.</summary>
    public void Dispose()
    {
        _disposed = true;
        _get.Dispose();
        _connection.Dispose();
    }

    private ConfigContents Load(CancellationToken cancellationToken)
    {
        // One transaction, so that the revision and the entries belong together.
        using var transaction = _connection.BeginTransaction(deferred: true);
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT revision FROM state; SELECT space, kind, id, revision, json FROM config";
        using var row = command.ExecuteReader();
        row.Read();
        var revision = row.GetInt64(0);
        row.NextResult();
        var entries = new List<ConfigEntry>();
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = new ConfigKey(row.GetString(0), (ConfigKind)row.GetInt32(1), row.GetString(2));
            entries.Add(new ConfigEntry(key, row.GetFieldValue<byte[]>(4), row.GetInt64(3)));
        }

        return new ConfigContents(entries, revision);
    }

    private IReadOnlyList<SubscriptionDeletion> ListDeletions()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT space, subscription, files FROM deletions";
        using var row = command.ExecuteReader();
        var deletions = new List<SubscriptionDeletion>();
        while (row.Read())
        {
            deletions.Add(new SubscriptionDeletion(row.GetString(0), row.GetString(1)) { Files = row.IsDBNull(2) ? null : FileNumbers.Read(row.GetString(2)) });
        }

        return deletions;
    }

    private async ValueTask<T> InTurnAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteConfigStore));

            // SQLite has no asynchronous reads, and the disk may be slow.
            return await Task.Run(read, cancellationToken);
        }
        catch (SqliteException exception)
        {
            _damage.TryReport(exception);
            throw new ConfigStoreUnavailableException($"The config store cannot be read: {exception.Message}", exception);
        }
        finally
        {
            _turn.Release();
        }
    }
}
