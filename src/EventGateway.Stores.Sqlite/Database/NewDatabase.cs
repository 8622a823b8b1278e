using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>Creates database files so that a power loss leaves a whole one, or none.</summary>
internal static class NewDatabase
{
    /// <summary>Deletes the remains of files whose creation was interrupted by a crash or a power loss.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void DeleteIncomplete(string directory)
    {
        foreach (var path in Directory.GetFiles(directory, "*.db.new*"))
        {
            File.Delete(path);
        }
    }

    /// <summary>Creates a file under another name, and renames it once it is on disk with all its tables.</summary>
    /// <param name="path">The file; readable for its owner only. It does not exist. A write-ahead log of that name is renamed.</param>
    /// <param name="fill">Creates the tables.</param>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void Create(string path, Action<SqliteConnection> fill)
    {
        var temporary = path + ".new";
        foreach (var suffix in (string[])["", "-journal", "-wal", "-shm"])
        {
            File.Delete(temporary + suffix);
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            // SQLite gives its other files the mode of this one.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(temporary, options).Dispose();
        var connectionString = new SqliteConnectionStringBuilder { DataSource = temporary, Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        using (var connection = new SqliteConnection(connectionString.ToString()))
        {
            connection.Open();
            Sql.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            fill(connection);
        }

        // The last connection copies the log into the file, syncs that, and deletes the log.
        if (File.Exists(temporary + "-wal"))
        {
            throw new IOException($"'{path}' cannot be created: the disk is full or fails.");
        }

        SetLogAside(path);
        File.Move(temporary, path);
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Renames the log of a lost database, which SQLite would apply to the new one.</summary>
    /// <param name="path">The new file, which does not have its name yet.</param>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void SetLogAside(string path)
    {
        var log = path + "-wal";
        if (File.Exists(log))
        {
            var target = path + ".lost-wal";
            for (var i = 2; File.Exists(target); i++)
            {
                target = string.Create(CultureInfo.InvariantCulture, $"{path}.lost-{i}-wal");
            }

            File.Move(log, target);
        }

        File.Delete(path + "-shm");

        // Before the new database gets its name: a power loss must not bring the old log back for it.
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
