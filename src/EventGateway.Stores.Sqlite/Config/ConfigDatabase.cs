using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>The file <c>config.db</c>: checks and migrates it, and opens connections to it.</summary>
internal sealed class ConfigDatabase
{
    private readonly ConfigStoreSettings _settings;
    private readonly string _path;
    private readonly FileSchema _schema;

    public ConfigDatabase(string directory, ConfigStoreSettings settings)
    {
        _settings = settings;
        _path = Path.Combine(directory, "config.db");
        _schema = ConfigSchema.Schema with { Migrations = settings.Migrations };
    }

    /// <summary>The path of the file.</summary>
    public string FilePath => _path;

    /// <summary>Makes the file ready for use.</summary>
    /// <param name="manifest">The list of files, with the id of the store.</param>
    /// <param name="acceptMissing">Whether to begin with an empty configuration when the file should be there and is missing.</param>
    /// <param name="logger">Receives a line for each migration, and when an empty configuration replaces a missing one.</param>
    /// <returns>The store's revision.</returns>
    public long Prepare(Manifest manifest, bool acceptMissing, ILogger logger)
    {
        try
        {
            foreach (var finished in Replacement.Finish(Path.GetDirectoryName(_path)!, manifest.Store))
            {
                SqliteLog.RepairFinished(logger, finished);
            }

            CheckPresent(manifest, acceptMissing, logger);
            CreateFile(logger);
            using var connection = OpenWriter();
            Migrate(connection, logger);
            StoreIdentity.Write(connection, manifest.Store);
            manifest.Add(Manifest.Config);
            manifest.NoteUse(Manifest.Config);
            return (long)Sql.Scalar(connection, "SELECT revision FROM state")!;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLITE_FULL or SQLITE_IOERR or SQLITE_BUSY or SQLITE_LOCKED)
        {
            throw new ConfigStoreUnavailableException($"The config store '{_path}' cannot be opened now: {exception.Message}", exception);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLITE_NOTADB)
        {
            throw new ConfigStoreRefusedException(
                $"'{_path}' is not a config store (it is no SQLite database). Move it away, or restore it from a backup.", exception);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLITE_CORRUPT)
        {
            throw Damaged(exception.Message, exception);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigStoreRefusedException($"The config store '{_path}' cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Opens the connection that writes.</summary>
    public SqliteConnection OpenWriter()
    {
        var connection = Open();
        try
        {
            // Before anything is changed, because a file of another program, or of a newer version, must stay unchanged.
            Check(connection);
            Sql.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            _settings.WriterOpened?.Invoke(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = Open();
        try
        {
            Sql.Execute(connection, "PRAGMA query_only = ON;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Migrate(SqliteConnection connection, ILogger logger)
    {
        var found = Sql.Scalar(connection, "PRAGMA quick_check(1)") as string;
        if (found is not "ok")
        {
            throw Damaged(found ?? "no result of the check", innerException: null);
        }

        _schema.Migrate(connection, _path, logger);
    }

    private void Check(SqliteConnection connection)
    {
        try
        {
            _schema.Check(connection, _path);
        }
        catch (FileSchemaException exception)
        {
            throw new ConfigStoreRefusedException(exception.Message, exception);
        }
    }

    private ConfigStoreRefusedException Damaged(string what, Exception? innerException)
    {
        var text = $"The config store '{_path}' is damaged ({what}). Restore it from a backup, or save its readable part: event-gateway doctor --repair --data-dir '{Path.GetDirectoryName(_path)}'";
        return innerException is null ? new(text) : new(text, innerException);
    }

    private void CheckPresent(Manifest manifest, bool acceptMissing, ILogger logger)
    {
        var file = new FileInfo(_path);
        if (file is { Exists: true, Length: > 0 })
        {
            if (WriteAheadLog.FindDamage(_path, manifest.WasUsedInThisBoot(Manifest.Config)) is { } damage)
            {
                throw new ConfigStoreRefusedException(
                    $"'{_path}' is damaged: {damage} The latest changes of the configuration are lost. Restore it from a backup. "
                    + "To start without these changes, move config.db-wal and config.db-shm away.");
            }

            if (StoreIdentity.Read(_path) is { } store && store != manifest.Store)
            {
                throw new ConfigStoreRefusedException(
                    $"'{_path}' belongs to the store {store}, and the other files of this data directory to {manifest.Store}. "
                    + "Put the config.db of this store back, or use a data directory of its own for this one.");
            }

            return;
        }

        // A crash during the first start leaves an empty file or none. Then there are no deliveries either.
        var listed = manifest.Lists(Manifest.Config);
        if (!listed && !manifest.Files.Concat(manifest.Missing).Any(static name => Manifest.NumberOf(name) is not null))
        {
            return;
        }

        var state = file.Exists ? "is empty" : "is missing";
        if (!acceptMissing)
        {
            throw new ConfigStoreRefusedException(
                $"'{_path}' {state}, though {(listed ? "manifest.json lists it" : "there are deliveries beside it")}. "
                + "Restore it from a backup, or start once with --accept-missing-files to begin with an empty configuration.");
        }

        SqliteLog.ConfigurationAccepted(logger, _path, state);
    }

    // SQLite gives its other files the mode of this one.
    private void CreateFile(ILogger logger)
    {
        if (!File.Exists(_path))
        {
            NewDatabase.Create(_path, connection => _schema.Migrate(connection, _path, logger));
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = _settings.BusySeconds,
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
