using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>
/// Replaces a damaged database by the copy of its readable rows. After a crash, either the damaged file is still in place or
/// the new one is complete.
/// </summary>
internal static class Replacement
{
    /// <summary>The end of the name of a file with the readable part of a damaged one, which it will replace.</summary>
    public const string Mark = ".salvaged";

    /// <summary>The part of the name of a damaged file that was set aside between its old name and the time.</summary>
    public const string DamagedMark = ".damaged-";

    /// <summary>Replaces a damaged file by the new one, <see cref="Mark"/>, and sets the damaged file aside. Both must be closed.</summary>
    /// <param name="path">The damaged file.</param>
    /// <returns>The new path of the damaged file.</returns>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static string Put(string path, TimeProvider timeProvider)
    {
        var directory = Path.GetDirectoryName(path)!;
        DurableFile.SyncDirectory(directory);
        var target = MoveAside(path, DamagedMark, timeProvider);
        File.Move(path + Mark, path);
        DurableFile.SyncDirectory(directory);
        return target;
    }

    /// <summary>Renames a file that cannot be used, with its write-ahead log. Nothing has it open. It is not deleted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mark">The part of the new name between the old name and the time.</param>
    /// <returns>The new path.</returns>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static string MoveAside(string path, string mark, TimeProvider timeProvider)
    {
        var first = $"{path}{mark}{timeProvider.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        var target = first;
        for (var i = 2; File.Exists(target); i++)
        {
            target = string.Create(CultureInfo.InvariantCulture, $"{first}-{i}");
        }

        // The log comes last, because a database without its log would look complete after a crash in between.
        foreach (var suffix in (string[])["", "-wal"])
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, target + suffix);
            }
        }

        File.Delete(path + "-shm");
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        return target;
    }

    /// <summary>Finishes interrupted replacements in a directory, and deletes their left-over files.</summary>
    /// <param name="store">The id of the store.</param>
    /// <returns>The files that were finished.</returns>
    /// <exception cref="SqliteException">A new file cannot be read now.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static List<string> Finish(string directory, Guid store)
    {
        var finished = new List<string>();
        foreach (var path in Directory.GetFiles(directory, "*.db" + Mark).Select(static salvaged => salvaged[..^Mark.Length]))
        {
            if (File.Exists(path))
            {
                Delete(path + Mark);
            }
            else if (TryFinish(path, store))
            {
                finished.Add(path);
            }
        }

        // These are copies of the damaged file, and logs. A complete file has none.
        foreach (var left in Directory.GetFiles(directory, $"*.db{Mark}?*").Where(static path => !path.EndsWith(Mark, StringComparison.Ordinal)))
        {
            File.Delete(left);
        }

        return finished;
    }

    /// <summary>Finishes a replacement that was interrupted after the damaged file was moved away.</summary>
    /// <param name="path">The file.</param>
    /// <param name="store">The id of the store, which the new file has once it is complete.</param>
    /// <returns>Whether it was ready.</returns>
    /// <exception cref="SqliteException">The new file cannot be read now.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static bool TryFinish(string path, Guid store)
    {
        if (File.Exists(path) || !File.Exists(path + Mark) || !Belongs(path + Mark, store))
        {
            return false;
        }

        NewDatabase.SetLogAside(path);
        File.Move(path + Mark, path);
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        return true;
    }

    /// <summary>Deletes a database with its log.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
    }

    private static bool Belongs(string salvaged, Guid store)
    {
        try
        {
            return StoreIdentity.Read(salvaged) == store;
        }
        catch (SqliteException exception) when (FileCheck.IsDamage(exception))
        {
            return false;
        }
    }
}
