using System.Buffers.Binary;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A copy of a damaged file and its log that may be changed, so that more of it can be read. Deleted when disposed of.</summary>
internal sealed class DamagedCopy : IDisposable
{
    private const int HeaderBytes = 100;
    private const int PageBytes = (int)FileCheck.PageBytes;

    private DamagedCopy(string path) => Path = path;

    /// <summary>The copy.</summary>
    public string Path { get; }

    /// <summary>Copies a file. Parts that the disk cannot read are zeros.</summary>
    /// <param name="damaged">The damaged file, which must be closed.</param>
    /// <param name="path">The path of the copy.</param>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static DamagedCopy Of(string damaged, string path)
    {
        var copy = new DamagedCopy(path);
        try
        {
            foreach (var suffix in (string[])["", "-wal"])
            {
                if (File.Exists(damaged + suffix))
                {
                    Copy(damaged + suffix, path + suffix);
                }
            }

            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Gives the copy the header of another file, with its own length and list of free pages.</summary>
    /// <param name="other">A file of the same kind.</param>
    /// <param name="withTables">Whether to take the list of tables too.</param>
    public void TakeHeader(string other, bool withTables)
    {
        var head = new byte[PageBytes];
        var own = new byte[HeaderBytes];
        using (var from = new FileStream(other, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            from.ReadExactly(head);
        }

        using var file = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite);
        _ = file.ReadAtLeast(own, own.Length, throwOnEndOfStream: false);

        // https://www.sqlite.org/fileformat.html#the_database_header
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(28), (uint)(file.Length / PageBytes));
        own.AsSpan(32, 8).CopyTo(head.AsSpan(32));
        head.AsSpan(24, 4).CopyTo(head.AsSpan(92));
        file.Position = 0;
        file.Write(head, 0, withTables ? PageBytes : HeaderBytes);
    }

    /// <summary>Copies the pages of the log into the file, if the log is usable.</summary>
    public void ApplyLog()
    {
        try
        {
            using var connection = new DeliveryFile(Path, SegmentSchema.Schema).OpenSmall();
            Sql.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception))
        {
            // Without its first page the log cannot be used.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Replacement.Delete(Path);

    private static void Copy(string from, string to)
    {
        using var source = File.OpenHandle(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var target = new FileStream(to, options);
        var page = new byte[PageBytes];
        var length = RandomAccess.GetLength(source);
        while (target.Position < length)
        {
            var part = page.AsSpan(0, (int)Math.Min(PageBytes, length - target.Position));
            part.Clear();
            try
            {
                RandomAccess.Read(source, part, target.Position);
            }
            catch (IOException exception) when (FileCheck.IsUnreadable(exception))
            {
                // The part stays zero.
            }

            target.Write(part);
        }
    }
}
