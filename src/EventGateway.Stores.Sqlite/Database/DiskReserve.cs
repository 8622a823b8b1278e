using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>
/// A file in the data directory that reserves some space. SQLite needs new files to open a database. On a full disk the
/// reserve is deleted to make room for them, so that requests that need no disk can be served.
/// </summary>
/// <param name="directory">The data directory.</param>
public sealed class DiskReserve(string directory)
{
    /// <summary>The size of the file, in bytes.</summary>
    public const long Size = 8 << 20;

    // The reserve itself must not fill the disk.
    private const long NeededSpace = 4 * Size;

    private const int NoSpace = 28;
    private const int QuotaExceededLinux = 122;
    private const int QuotaExceededMac = 69;
    private const int NoSpaceWindows = unchecked((int)0x80070070);

    private readonly string _path = Path.Combine(directory, "reserve");

    /// <summary>Whether an operation failed because the disk, or the quota, is full.</summary>
    /// <param name="exception">Why it failed. Inner exceptions count too.</param>
    public static bool IsDiskFull(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SqliteException { SqliteErrorCode: SQLITE_FULL } or SqliteException { SqliteExtendedErrorCode: SQLITE_IOERR_SHMSIZE }
                or IOException { HResult: NoSpace or QuotaExceededLinux or QuotaExceededMac or NoSpaceWindows })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps the space, unless the file exists or the disk is nearly full. Failures are ignored.</summary>
    public void Keep()
    {
        try
        {
            if (File.Exists(_path) || new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace < NeededSpace)
            {
                return;
            }

            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = Size };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(_path, options);
            file.SetLength(Size);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The next start tries again.
        }
    }

    /// <summary>Gives the space up.</summary>
    /// <returns>Whether there was any.</returns>
    public bool TryRelease()
    {
        try
        {
            if (!File.Exists(_path))
            {
                return false;
            }

            File.Delete(_path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
