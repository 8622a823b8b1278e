using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>Examines the data directory of a stopped gateway, and saves the readable rows of damaged files.</summary>
public sealed class StoreDoctor : IDisposable
{
    private const string ManifestKind = "list of files";

    private const string MissingManifest =
        "It is missing, so missing files cannot be detected. Put it back, or start the gateway: it lists the files that are there. Compare them with a backup.";

    private readonly string _directory;
    private readonly TimeProvider _timeProvider;
    private readonly DirectoryLock _lock;

    private StoreDoctor(string directory, TimeProvider timeProvider, DirectoryLock directoryLock)
    {
        _directory = directory;
        _timeProvider = timeProvider;
        _lock = directoryLock;
    }

    /// <summary>Locks a data directory, so that no gateway starts meanwhile.</summary>
    /// <param name="directory">The data directory, which exists.</param>
    /// <exception cref="ConfigStoreRefusedException">A gateway runs with the directory, or it cannot be used.</exception>
    public static StoreDoctor Open(string directory, TimeProvider timeProvider)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(timeProvider);
        var path = Path.GetFullPath(directory);
        return new StoreDoctor(path, timeProvider, DirectoryLock.Acquire(path, timeProvider, "Stop it, and run the command again."));
    }

    /// <summary>Examines every file, and changes none.</summary>
    /// <exception cref="IOException">The disk is full: SQLite needs some space to read a file.</exception>
    public StoreReport Examine()
    {
        var (manifest, problem) = ReadManifest();
        var files = new List<FileReport>();
        if (problem is not null)
        {
            files.Add(new FileReport("manifest.json", ManifestKind) { Problems = [problem] });
        }

        try
        {
            foreach (var name in StoreLayout.List(_directory, manifest))
            {
                files.Add(FileExamination.Run(_directory, name, manifest));
            }
        }
        catch (Exception exception) when (DiskReserve.IsDiskFull(exception))
        {
            throw new IOException(
                $"Disk full: there is no room in '{_directory}', and SQLite needs some to read a file. Free 1 MiB, and run the command again.", exception);
        }

        // A directory of an older version, or one with a restored configuration alone, has no manifest before its first start.
        if (manifest is null && problem is null && files.Exists(static file => file.Store is not null)
            && files.Exists(static file => file.Name.StartsWith(Manifest.Deliveries + "/", StringComparison.Ordinal) && file.Bytes > 0))
        {
            files.Insert(0, new FileReport("manifest.json", ManifestKind) { Problems = [MissingManifest] });
        }

        return new StoreReport(_directory, manifest?.Store, files);
    }

    /// <summary>Saves the readable rows of the damaged files of a report. Keeps the damaged files under other names.</summary>
    /// <returns>A report on each of them.</returns>
    /// <exception cref="IOException">The disk is full or fails. Nothing is lost: run it again.</exception>
    public IReadOnlyList<RepairReport> Repair(StoreReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        try
        {
            return new Repair(_directory, _timeProvider).Run(report);
        }
        catch (SqliteException exception)
        {
            throw new IOException($"The readable parts of the damaged files cannot be saved: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private (Manifest? Manifest, string? Problem) ReadManifest()
    {
        try
        {
            return (Manifest.Find(_directory), null);
        }
        catch (ConfigStoreRefusedException exception)
        {
            return (null, exception.Message);
        }
    }
}
