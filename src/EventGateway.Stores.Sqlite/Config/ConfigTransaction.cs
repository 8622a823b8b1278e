using EventGateway.Abstractions.Config;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>Makes groups of writes on one connection, each group in one transaction.</summary>
internal sealed class ConfigTransaction : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _revision;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _addDeletion;
    private readonly SqliteCommand _setDeletion;
    private readonly SqliteCommand _removeDeletion;
    private readonly SqliteCommand _setRevision;
    private readonly SqliteCommand _commit;

    public ConfigTransaction(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Command("BEGIN IMMEDIATE");
        _revision = Command("SELECT revision FROM state");
        _find = Command("SELECT revision FROM config WHERE space = $space AND kind = $kind AND id = $id", keyed: true);
        _put = Command(
            """
            INSERT INTO config (space, kind, id, revision, json) VALUES ($space, $kind, $id, $revision, $json)
            ON CONFLICT DO UPDATE SET revision = excluded.revision, json = excluded.json
            """,
            keyed: true);
        _put.Parameters.Add("$revision", SqliteType.Integer);
        _put.Parameters.Add("$json", SqliteType.Blob);
        _delete = Command("DELETE FROM config WHERE space = $space AND kind = $kind AND id = $id", keyed: true);
        _addDeletion = Command("INSERT OR REPLACE INTO deletions (space, subscription) VALUES ($space, $id)", keyed: true);
        _setDeletion = Command("UPDATE deletions SET files = $files WHERE space = $space AND subscription = $id", keyed: true);
        _setDeletion.Parameters.Add("$files", SqliteType.Text);
        _removeDeletion = Command("DELETE FROM deletions WHERE space = $space AND subscription = $id", keyed: true);
        _setRevision = Command("UPDATE state SET revision = $revision");
        _setRevision.Parameters.Add("$revision", SqliteType.Integer);
        _commit = Command("COMMIT");
    }

    /// <summary>Makes the writes, and returns when they are durable. When it throws, dispose of the transaction.</summary>
    /// <param name="writes">The writes, in order. Each one sees the earlier ones.</param>
    /// <param name="results">Receives the result of each.</param>
    /// <param name="feed">The feed. It starts again when the file is at another revision.</param>
    /// <returns>The changes to add to the feed.</returns>
    public ConfigChange[] Make(List<ConfigWrite> writes, ConfigWriteResult[] results, ChangeFeed feed)
    {
        _begin.ExecuteNonQuery();
        var revision = (long)_revision.ExecuteScalar()!;
        if (revision != feed.Revision)
        {
            // An earlier commit succeeded although it reported a failure.
            feed.Reset(revision);
        }

        var changes = new List<ConfigChange>(writes.Count);
        for (var i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            if (write.Deletion is { } deletion)
            {
                Save(write.Key, deletion.Files);
                results[i] = new ConfigWriteResult(ConfigWriteStatus.Stored, revision);
                continue;
            }

            var found = (long)(Keyed(_find, write.Key).ExecuteScalar() ?? 0L);
            if (found != write.ExpectedRevision)
            {
                results[i] = new ConfigWriteResult(ConfigWriteStatus.Conflict, found);
                continue;
            }

            revision++;
            Apply(write, revision);
            results[i] = new ConfigWriteResult(ConfigWriteStatus.Stored, revision);
            changes.Add(new ConfigChange(write.Key, write.Json is null ? null : (ReadOnlyMemory<byte>?)write.Json, revision));
        }

        _setRevision.Parameters[0].Value = revision;
        _setRevision.ExecuteNonQuery();
        _commit.ExecuteNonQuery();
        return [.. changes];
    }

    /// <summary>Closes the connection. SQLite rolls back a transaction that was not committed.</summary>
    public void Dispose()
    {
        _begin.Dispose();
        _revision.Dispose();
        _find.Dispose();
        _put.Dispose();
        _delete.Dispose();
        _addDeletion.Dispose();
        _setDeletion.Dispose();
        _removeDeletion.Dispose();
        _setRevision.Dispose();
        _commit.Dispose();
        _connection.Dispose();
    }

    private static SqliteCommand Keyed(SqliteCommand command, ConfigKey key)
    {
        command.Parameters[0].Value = key.Space;
        command.Parameters[1].Value = (int)key.Kind;
        command.Parameters[2].Value = key.Id;
        return command;
    }

    private void Apply(ConfigWrite write, long revision)
    {
        if (write.Json is null)
        {
            Keyed(_delete, write.Key).ExecuteNonQuery();
            if (write.Key.Kind is ConfigKind.Subscription)
            {
                Keyed(_addDeletion, write.Key).ExecuteNonQuery();
            }

            return;
        }

        Keyed(_put, write.Key);
        _put.Parameters[3].Value = revision;
        _put.Parameters[4].Value = write.Json;
        _put.ExecuteNonQuery();
    }

    private void Save(ConfigKey subscription, IReadOnlyCollection<long>? files)
    {
        if (files?.Count == 0)
        {
            Keyed(_removeDeletion, subscription).ExecuteNonQuery();
            return;
        }

        Keyed(_setDeletion, subscription);
        _setDeletion.Parameters[3].Value = files is null ? DBNull.Value : FileNumbers.Write(files);
        _setDeletion.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, bool keyed = false)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        if (keyed)
        {
            command.Parameters.Add("$space", SqliteType.Text);
            command.Parameters.Add("$kind", SqliteType.Integer);
            command.Parameters.Add("$id", SqliteType.Text);
        }

        return command;
    }
}
