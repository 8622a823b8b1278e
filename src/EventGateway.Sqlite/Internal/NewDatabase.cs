using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EventGateway.Sqlite.Internal;

/// <summary>Creates database files so that a power loss leaves a whole one, or none.</summary>
internal static class NewDatabase
{
    /// <summary>What the name of a file ends with that holds what could be read of a damaged one, and is to take its place.</summary>
    public const string SalvagedMark = ".salvaged";

    /// <summary>Deletes what a power loss, or a crash, left of files that were being created.</summary>
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
            ConfigDatabase.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
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

    /// <summary>Finishes a repair that was interrupted after the damaged file was moved away and before the new one took its place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="store">The id of the store, which the new file has once it is complete.</param>
    /// <returns>Whether there was such a repair.</returns>
    /// <exception cref="SqliteException">The new file cannot be read.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static bool TryFinishRepair(string path, Guid store)
    {
        var salvaged = path + SalvagedMark;
        if (File.Exists(path) || !File.Exists(salvaged) || StoreIdentity.Read(salvaged) != store)
        {
            return false;
        }

        SetLogAside(path);
        File.Move(salvaged, path);
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        return true;
    }

    // SQLite would apply the log of a lost database to the new one.
    private static void SetLogAside(string path)
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

        // Before the new database has its name: a power loss must not bring the log back beside it.
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
