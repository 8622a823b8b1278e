using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A database file of the delivery store.</summary>
/// <param name="schema">Its kind.</param>
internal sealed class DeliveryFile(string path, FileSchema schema)
{
    private const int BusySeconds = 5;

    /// <summary>The path.</summary>
    public string Path => path;

    /// <summary>Its kind.</summary>
    public FileSchema Schema => schema;

    /// <summary>The bytes that it takes on disk.</summary>
    public long Size
    {
        get
        {
            var (file, log) = (new FileInfo(path), new FileInfo(path + "-wal"));
            return (file.Exists ? file.Length : 0) + (log.Exists ? log.Length : 0);
        }
    }

    /// <summary>Creates the file if it does not exist, and migrates its tables to the newest version.</summary>
    /// <exception cref="SqliteException">The disk is full or fails, or the file is no database, or damaged.</exception>
    /// <exception cref="FileSchemaException">The file is another program's, or of a newer version.</exception>
    public void Prepare(ILogger logger)
    {
        if (!File.Exists(path))
        {
            NewDatabase.Create(path, connection => schema.Migrate(connection, path, logger));
            return;
        }

        using var connection = Open();

        // Before anything is changed, because a file that is not for this program must stay unchanged.
        schema.Check(connection, path);
        Sql.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        schema.Migrate(connection, path, logger);
    }

    /// <summary>Opens the connection that writes. It never copies the log into the database while it commits.</summary>
    public SqliteConnection OpenWriter() => Open("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;");

    /// <summary>Opens a connection that writes now and then, and reads; it copies the log into the database itself.</summary>
    public SqliteConnection OpenSmall() => Open("PRAGMA synchronous = FULL; PRAGMA cache_size = -256;");

    /// <summary>Opens a connection that only reads.</summary>
    public SqliteConnection OpenReader() => Open("PRAGMA query_only = ON; PRAGMA cache_size = -512;");

    /// <summary>Copies the log into the database, as far as possible without blocking readers and the writer.</summary>
    /// <param name="shorten">Whether to empty the log afterwards, if the file is not in use at that moment.</param>
    /// <returns>How many pages the log has.</returns>
    public int Checkpoint(bool shorten)
    {
        // A connection that has not read the file does not see the log, and copies nothing.
        using var connection = Open("PRAGMA wal_autocheckpoint = 0; PRAGMA schema_version;");
        var pages = Checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE);
        if (shorten)
        {
            // This blocks the writer, but only for the few pages that are left. It gives up at once when the file is in use.
            sqlite3_busy_timeout(connection.Handle, 0);
            pages = Checkpoint(connection, SQLITE_CHECKPOINT_TRUNCATE);
        }

        return pages;
    }

    /// <summary>Deletes it. All connections are closed.</summary>
    public void Delete() => Replacement.Delete(path);

    private static int Checkpoint(SqliteConnection connection, int mode)
    {
        var code = sqlite3_wal_checkpoint_v2(connection.Handle, "main", mode, out var pages, out _);
        if (code is not SQLITE_BUSY)
        {
            SqliteException.ThrowExceptionForRC(code, connection.Handle);
        }

        return pages;
    }

    private SqliteConnection Open(string? pragmas = null)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        try
        {
            connection.Open();
            sqlite3_busy_timeout(connection.Handle, BusySeconds * 1000);
            if (pragmas is not null)
            {
                Sql.Execute(connection, pragmas);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
