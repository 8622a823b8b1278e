using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>Looks for damage of a database file, without changing it.</summary>
internal static class FileCheck
{
    /// <summary>The bytes of a page of every database of this program, which is SQLite's default.</summary>
    public const long PageBytes = 4096;

    // SQLITE_IOERR_CORRUPTFS, which the binding does not name (https://www.sqlite.org/rescode.html#ioerr_corruptfs).
    private const int CorruptFileSystem = SQLITE_IOERR | (33 << 8);

    // EIO of Linux and macOS, which is the HResult of an IOException there.
    private const int InputOutputError = 5;

    private const int HeaderBytes = 100;

    /// <summary>Looks for damage that shows without SQLite, which must not have opened the file before. Returns null when none is found.</summary>
    /// <param name="path">The file, which is not empty and which no process has open.</param>
    /// <param name="trustIndex">Whether the index of the log was written under the present boot of this machine.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static string? FindDamage(string path, bool trustIndex)
    {
        try
        {
            return WriteAheadLog.FindDamage(path, trustIndex) ?? FindDamagedHeader(path);
        }
        catch (IOException exception) when (IsUnreadable(exception))
        {
            return $"A part cannot be read: {exception.Message}";
        }
    }

    /// <summary>Looks for damage of the first bytes of a file, and of its length. Returns null when none is found.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static string? FindDamagedHeader(string path)
    {
        var hasLog = new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[HeaderBytes];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            return hasLog ? null : "It is cut off.";
        }

        if (!IsHeader(header))
        {
            return "The header is damaged.";
        }

        // The header says how many pages there are. A log may hold those that are missing.
        var bytes = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(28)) * PageBytes;
        return hasLog || !header.AsSpan(24, 4).SequenceEqual(header.AsSpan(92, 4)) || file.Length == bytes ? null
            : file.Length < bytes ? $"It is cut off: it has {file.Length} of {bytes} bytes."
            : $"The header is damaged: the file has {file.Length} bytes, and should have {bytes}.";
    }

    /// <summary>Whether the disk cannot read a part of a file that it has.</summary>
    public static bool IsUnreadable(IOException exception) => exception.HResult == InputOutputError;

    /// <summary>Opens a file and checks every page. Returns null when all are right.</summary>
    public static string? FindDamagedPage(string path)
    {
        try
        {
            using var connection = StoreIdentity.OpenUnchanged(path);
            return FindDamagedPage(connection);
        }
        catch (SqliteException exception) when (IsDamage(exception))
        {
            return exception.Message;
        }
    }

    /// <summary>Checks every page. Returns null when all are right.</summary>
    /// <exception cref="SqliteException">The check cannot be made.</exception>
    public static string? FindDamagedPage(SqliteConnection connection)
    {
        using var check = new Statement(connection, "PRAGMA quick_check(1)");
        return check.Step() && check.Text(0) is var found and not "ok" ? found.ReplaceLineEndings(" ") : null;
    }

    /// <summary>
    /// Whether an error means that the file is damaged or that the disk cannot read a part of it. Other errors mean that it
    /// cannot be opened or written now.
    /// </summary>
    public static bool IsDamage(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: SQLITE_CORRUPT or SQLITE_NOTADB }
            or SqliteException { SqliteExtendedErrorCode: SQLITE_IOERR_READ or SQLITE_IOERR_SHORT_READ or CorruptFileSystem };

    /// <summary>Whether an error means that some rows of a damaged file are unreadable or impossible.</summary>
    public static bool IsUnreadable(SqliteException exception) =>
        IsDamage(exception)
        || exception.SqliteErrorCode is SQLITE_CONSTRAINT or SQLITE_TOOBIG or SQLITE_MISMATCH;

    // The bytes that every file of this program has; https://www.sqlite.org/fileformat.html#the_database_header. The format and the
    // encoding are 0 until a file has tables.
    private static bool IsHeader(ReadOnlySpan<byte> header) =>
        header.StartsWith("SQLite format 3\0"u8)
        && BinaryPrimitives.ReadUInt16BigEndian(header[16..]) == PageBytes
        && header[18] is 1 or 2
        && header[19] is 1 or 2
        && header[20..24].SequenceEqual((ReadOnlySpan<byte>)[0, 64, 32, 32])
        && BinaryPrimitives.ReadUInt32BigEndian(header[44..]) <= 4
        && BinaryPrimitives.ReadUInt32BigEndian(header[52..]) == 0
        && BinaryPrimitives.ReadUInt32BigEndian(header[56..]) <= 1
        && BinaryPrimitives.ReadUInt32BigEndian(header[64..]) == 0
        && !header[72..92].ContainsAnyExcept((byte)0);
}
