using System.Globalization;
using EventGateway.Abstractions.Config;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>Keeps a directory to one store, until disposed or until the process ends, however it ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _holderPath;

    private DirectoryLock(FileStream file, string holderPath)
    {
        _file = file;
        _holderPath = holderPath;
    }

    /// <summary>Creates the directory if it does not exist, and locks it.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="advice">A sentence of the error that says what to do when another process uses the directory.</param>
    /// <exception cref="ConfigStoreRefusedException">Another process uses the directory, or it cannot be used.</exception>
    public static DirectoryLock Acquire(string directory, TimeProvider timeProvider, string advice)
    {
        // Not in the lock file, because other processes cannot read a file while it is locked.
        var holderPath = Path.Combine(directory, "gateway.pid");
        try
        {
            DurableFile.CreateDirectory(directory);
            var file = TryLock(Path.Combine(directory, "gateway.lock"))
                ?? throw new ConfigStoreRefusedException(
                    $"The data directory '{directory}' is in use by another Event Gateway{ReadHolder(holderPath)}. {advice}");
            try
            {
                WriteHolder(holderPath, timeProvider);
            }
            catch
            {
                file.Dispose();
                throw;
            }

            return new DirectoryLock(file, holderPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ConfigStoreRefusedException($"The data directory '{directory}' cannot be used: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            File.Delete(_holderPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // This file only names the process. The lock below decides.
        }

        // The lock file stays, because after a deletion two processes could lock two files of the same name.
        _file.Dispose();
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsLocked(exception))
        {
            return null;
        }
    }

    // EWOULDBLOCK of Linux and of macOS, and ERROR_SHARING_VIOLATION of Windows.
    private static bool IsLocked(IOException e) =>
        e.HResult is 11 or 35 || e.HResult == unchecked((int)0x80070020);

    private static void WriteHolder(string path, TimeProvider timeProvider)
    {
        var since = timeProvider.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        File.WriteAllText(path, $"{Environment.ProcessId} {since}\n");
    }

    private static string ReadHolder(string path)
    {
        try
        {
            var parts = File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries);
            return parts is [var pid, var since] ? $" (process {pid}, since {since})" : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
