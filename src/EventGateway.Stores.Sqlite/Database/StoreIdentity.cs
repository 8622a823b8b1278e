using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>
/// The id of the store that a database file belongs to. It is in a table of its own, outside the versioned schema: older
/// files have none, and older programs ignore it.
/// </summary>
internal static class StoreIdentity
{
    /// <summary>Reads the id. Null means that the file has none.</summary>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public static Guid? Read(SqliteConnection connection)
    {
        using (var find = new Statement(connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'identity'"))
        {
            if (find.RunForNumber() == 0)
            {
                return null;
            }
        }

        using var read = new Statement(connection, "SELECT store FROM identity");
        return read.Step() && Guid.TryParse(read.Text(0), out var store) ? store : null;
    }

    /// <summary>Reads the id of a file, and leaves the file unchanged. Null means that it has none.</summary>
    /// <exception cref="SqliteException">The file cannot be read, or is no database.</exception>
    public static Guid? Read(string path)
    {
        using var connection = OpenUnchanged(path);
        return Read(connection);
    }

    /// <summary>Writes the id to a file that has none.</summary>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    public static void Write(SqliteConnection connection, Guid store)
    {
        if (Read(connection) is null)
        {
            Sql.Execute(
                connection,
                $"""
                BEGIN IMMEDIATE;
                CREATE TABLE IF NOT EXISTS identity (one INTEGER PRIMARY KEY CHECK (one = 1), store TEXT NOT NULL) STRICT;
                INSERT OR REPLACE INTO identity (one, store) VALUES (1, '{store:D}');
                COMMIT;
                """);
        }
    }

    /// <summary>Opens a connection that changes nothing, not even when it closes: the write-ahead log stays.</summary>
    public static SqliteConnection OpenUnchanged(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            sqlite3_db_config(connection.Handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            Sql.Execute(connection, "PRAGMA query_only = ON;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
