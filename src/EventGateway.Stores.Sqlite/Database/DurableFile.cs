using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>Writes small files so that a crash leaves the old content or the new one, also when the machine loses power.</summary>
internal static class DurableFile
{
    // The same numbers on Linux and macOS, or one for each.
    private const int ReadOnly = 0;
    private const int Interrupted = 4;
    private const int InvalidArgument = 22;
    private static readonly int CloseOnExec = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;
    private static readonly int NotSupported = OperatingSystem.IsLinux() ? 95 : 45;

    /// <summary>Replaces a file, or creates it. The content and the name are on disk when this returns.</summary>
    /// <param name="path">The file; readable for its owner only.</param>
    /// <param name="content">The new content.</param>
    /// <exception cref="IOException">The disk is full or fails; the old content is still there.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Creates a directory for its owner only, and those above it that are missing. Their names are on disk when this returns.</summary>
    /// <param name="directory">The directory; nothing is changed when it exists.</param>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void CreateDirectory(string directory)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var created = !Directory.Exists(path);
        var parents = new List<string>();
        for (var name = path; Path.GetDirectoryName(name) is { } parent && (parents.Count == 0 || !Directory.Exists(name)); name = parent)
        {
            parents.Add(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // Existing directories too, because the start that created one may have crashed before this.
        foreach (var parent in parents)
        {
            try
            {
                SyncDirectory(parent);
            }
            catch (IOException) when (!created)
            {
                // This program may have no permission to read the parent directory.
            }
        }
    }

    /// <summary>Makes sure that the names in a directory are on disk: files created in it, renamed or deleted.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS writes names to its own log; there is no call for directories.
            return;
        }

        // .NET cannot open directories.
        var path = Encoding.UTF8.GetBytes(directory + '\0');
        var descriptor = Retry(() => Open(path, ReadOnly | CloseOnExec));
        if (descriptor < 0)
        {
            throw Failed(directory);
        }

        try
        {
            if (Retry(() => Sync(descriptor)) != 0 && !CannotSync(Marshal.GetLastPInvokeError()))
            {
                throw Failed(directory);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Whether the error of a sync means that the file system cannot sync directories at all, as some network file systems.</summary>
    internal static bool CannotSync(int error) => error == InvalidArgument || error == NotSupported;

    /// <summary>Repeats a system call as long as a signal interrupts it.</summary>
    internal static int Retry(Func<int> call)
    {
        while (true)
        {
            var result = call();
            if (result >= 0 || Marshal.GetLastPInvokeError() != Interrupted)
            {
                return result;
            }
        }
    }

    private static IOException Failed(string directory)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"The directory '{directory}' cannot be written to disk: {error.Message}", error);
    }

    // The path is UTF-8 and ends with a zero byte.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
