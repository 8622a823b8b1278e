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
                Save(write.Entries[0].Key, deletion.Files);
                results[i] = new ConfigWriteResult(ConfigWriteStatus.Stored, revision);
                continue;
            }

            if (FindConflict(write) is { } found)
            {
                results[i] = new ConfigWriteResult(ConfigWriteStatus.Conflict, found);
                continue;
            }

            foreach (var (key, _) in write.Entries)
            {
                revision++;
                Apply(key, write.Json, revision);
                changes.Add(new ConfigChange(key, write.Json is null ? null : (ReadOnlyMemory<byte>?)write.Json, revision));
            }

            results[i] = new ConfigWriteResult(ConfigWriteStatus.Stored, revision);
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

    // Returns the revision of an entry that is at another one than expected, or null.
    private long? FindConflict(ConfigWrite write)
    {
        foreach (var (key, expected) in write.Entries)
        {
            var found = (long)(Keyed(_find, key).ExecuteScalar() ?? 0L);
            if (found != expected)
            {
                return found;
            }
        }

        return null;
    }

    private void Apply(ConfigKey key, byte[]? json, long revision)
    {
        if (json is null)
        {
            Keyed(_delete, key).ExecuteNonQuery();
            if (key.Kind is ConfigKind.Subscription)
            {
                Keyed(_addDeletion, key).ExecuteNonQuery();
            }

            return;
        }

        Keyed(_put, key);
        _put.Parameters[3].Value = revision;
        _put.Parameters[4].Value = json;
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
