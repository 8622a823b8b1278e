using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Checks the files of the delivery store: compares them with the manifest, repairs damaged ones, and sets unusable ones aside.
/// Safe for concurrent use.
/// </summary>
internal sealed class StoreFiles
{
    private const string ForeignMark = ".foreign-";

    private readonly string _root;
    private readonly TimeProvider _timeProvider;
    private readonly bool _keepsLog;
    private readonly long _checkBytes;

    private StoreFiles(string root, Manifest manifest, SqliteDeliveryOptions options, long checkBytes, TimeProvider timeProvider, ILogger logger)
    {
        _root = root;
        Faults = new StoreFaults(root);
        _keepsLog = options.KeepsLog;
        _checkBytes = checkBytes;
        _timeProvider = timeProvider;
        Logger = logger;
        Manifest = manifest;
    }

    /// <summary>The list of the files that there should be.</summary>
    public Manifest Manifest { get; }

    /// <summary>Receives a line for each file that is missing, set aside or migrated.</summary>
    public ILogger Logger { get; }

    /// <summary>The directory of the files.</summary>
    public string Directory => Manifest.PathOf(Manifest.Deliveries);

    /// <summary>The files that cannot be used.</summary>
    public StoreFaults Faults { get; }

    /// <summary>Reads the manifest, and compares it with the files on disk.</summary>
    /// <param name="root">The data directory.</param>
    /// <param name="options">Whether the log is kept, and whether missing files are accepted.</param>
    /// <param name="checkBytes">Up to how many bytes every page of a file is checked before it is opened.</param>
    /// <param name="logger">Receives a line for each file that is missing or set aside.</param>
    /// <exception cref="IOException">The disk is full or fails, or the manifest is damaged.</exception>
    public static StoreFiles Open(string root, SqliteDeliveryOptions options, long checkBytes, TimeProvider timeProvider, ILogger logger)
    {
        var files = new StoreFiles(root, Manifest.Open(root, logger), options, checkBytes, timeProvider, logger);
        foreach (var finished in Replacement.Finish(files.Directory, files.Manifest.Store))
        {
            SqliteLog.RepairFinished(logger, finished);
        }

        ExpiredFile.DeleteLeftOver(files.Manifest);

        if (files.Manifest.WasLost)
        {
            files.Faults.Add(Manifest.Lost);
        }

        files.FindMissing();
        if (options.AcceptMissingFiles)
        {
            files.Manifest.ForgetMissing();
        }

        foreach (var name in files.Manifest.Missing)
        {
            SqliteLog.FileMissing(logger, name, root);
            files.Faults.Add(new StoreFault(name, StoreFaultKind.Missing));
        }

        foreach (var path in System.IO.Directory.EnumerateFiles(files.Directory).Order(StringComparer.Ordinal))
        {
            var name = Manifest.NameOf(path);
            if (KindOf(name) is { } kind)
            {
                SqliteLog.FileStillSetAside(logger, name);
                files.Faults.Add(new StoreFault(name, kind));
            }
        }

        return files;
    }

    /// <summary>Makes a file ready that is not a segment. Repairs it, or creates a new one when there is no usable file.</summary>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public void Open(DeliveryFile file)
    {
        Check(file);
        try
        {
            file.Prepare(Logger);
            Add(file);
        }
        catch (SqliteException exception) when (FileCheck.IsDamage(exception))
        {
            Repair(file, exception.Message);
            file.Prepare(Logger);
            Add(file);
        }
    }

    /// <summary>
    /// Sets a file aside that is empty or belongs to another store. Repairs a file whose damage is visible before it is in use.
    /// </summary>
    /// <returns>Whether the file can be opened or created.</returns>
    /// <exception cref="FileSchemaException">The file is another program's, or of a newer version.</exception>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public bool Check(DeliveryFile file)
    {
        if (new FileInfo(file.Path) is not { Exists: true } info)
        {
            return true;
        }

        if (info.Length == 0)
        {
            // A crash before the tables were created leaves an empty file that is not listed.
            if (!Manifest.Lists(Manifest.NameOf(file.Path)))
            {
                return true;
            }

            SetAside(file.Path, StoreFaultKind.Damaged, "It is empty.");
            return false;
        }

        // Before SQLite opens the file, because that changes the index of the log.
        var damage = FileCheck.FindDamage(file.Path, Manifest.WasUsedInThisBoot(Manifest.Deliveries));
        var (store, found) = ReadHead(file);
        if (store is not null && store != Manifest.Store)
        {
            SetAside(file.Path, StoreFaultKind.Foreign, $"It belongs to the store {store}, and this is the store {Manifest.Store}.");
            return false;
        }

        damage ??= found;
        damage ??= IsChecked(file) ? FileCheck.FindDamagedPage(file.Path) : null;
        if (damage is not null)
        {
            Repair(file, damage);
        }

        return true;
    }

    /// <summary>Whether every page of a file is checked before it is opened.</summary>
    public bool IsChecked(DeliveryFile file) => file.Size <= _checkBytes;

    /// <summary>
    /// Replaces a damaged file by a copy of its readable rows, and sets the damaged file aside. The file must be closed.
    /// </summary>
    /// <param name="reason">The damage, for the log.</param>
    /// <param name="known">Subscriptions that are known to have numbers in the file.</param>
    /// <exception cref="SqliteException">The disk is full or fails; the damaged file is still there.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public void Repair(DeliveryFile file, string reason, IReadOnlyCollection<(SubscriptionKey Subscription, long Number)>? known = null)
    {
        var salvaged = file.Path + Replacement.Mark;
        Replacement.Delete(salvaged);
        SalvageResult result;
        try
        {
            result = FileSalvage.Run(file, salvaged, Manifest.Store, known ?? [], _keepsLog, Logger);
        }
        catch
        {
            Replacement.Delete(salvaged);
            throw;
        }

        var target = Manifest.NameOf(Replacement.Put(file.Path, _timeProvider));
        Faults.Add(new StoreFault(target, StoreFaultKind.Damaged));
        SqliteLog.FileRepaired(Logger, Manifest.NameOf(file.Path), reason, result.Describe(), target);
    }

    /// <summary>Gives a file that is on disk and has its tables the identity of the store, and lists it.</summary>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    /// <exception cref="IOException">The disk is full or fails; it is not listed.</exception>
    public void Add(DeliveryFile file)
    {
        using (var connection = file.OpenSmall())
        {
            StoreIdentity.Write(connection, Manifest.Store);
        }

        Manifest.Add(Manifest.NameOf(file.Path));
    }

    /// <summary>Renames a file that cannot be used, with its write-ahead log. Nothing has it open. It is not deleted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind of the fault.</param>
    /// <param name="reason">The damage, for the log.</param>
    /// <returns>The new path.</returns>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public string SetAside(string path, StoreFaultKind kind, string reason)
    {
        var target = Replacement.MoveAside(path, kind is StoreFaultKind.Foreign ? ForeignMark : Replacement.DamagedMark, _timeProvider);
        Faults.Add(new StoreFault(Manifest.NameOf(target), kind));
        var name = Manifest.NameOf(path);
        SqliteLog.FileSetAside(Logger, name, reason, Manifest.NameOf(target));
        if (kind is StoreFaultKind.Damaged)
        {
            Manifest.Remove(name);
        }
        else if (Manifest.Lists(name))
        {
            Manifest.AddMissing(name);
            SqliteLog.FileMissing(Logger, name, _root);
            Faults.Add(new StoreFault(name, StoreFaultKind.Missing));
        }

        return target;
    }

    /// <summary>The highest number that a file of deliveries ever had.</summary>
    public long LastSegment()
    {
        var last = Manifest.LastSegment;
        foreach (var path in System.IO.Directory.EnumerateFiles(Directory))
        {
            var name = Path.GetFileName(path);
            var end = name.IndexOf(".db", StringComparison.Ordinal);
            if (end > 0 && Manifest.NumberOf(name[..(end + 3)]) is { } number)
            {
                last = Math.Max(last, number);
            }
        }

        return last;
    }

    // A file of a newer version must be refused before it is repaired, because this program would lose the parts that it does not know.
    private (Guid? Store, string? Damage) ReadHead(DeliveryFile file)
    {
        Guid? store = null;
        string? damage = null;
        Try(connection => store = StoreIdentity.Read(connection));
        if (store is null || store == Manifest.Store)
        {
            Try(connection => file.Schema.Check(connection, file.Path));
        }

        return (store, damage);

        void Try(Action<SqliteConnection> read)
        {
            try
            {
                using var connection = StoreIdentity.OpenUnchanged(file.Path);
                read(connection);
            }
            catch (SqliteException exception) when (FileCheck.IsDamage(exception) || exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_ERROR)
            {
                damage ??= exception.Message;
            }
        }
    }

    private static StoreFaultKind? KindOf(string name) =>
        name.EndsWith("-wal", StringComparison.Ordinal) || name.EndsWith("-shm", StringComparison.Ordinal) ? null
        : name.Contains(Replacement.DamagedMark, StringComparison.Ordinal) ? StoreFaultKind.Damaged
        : name.Contains(ForeignMark, StringComparison.Ordinal) ? StoreFaultKind.Foreign
        : null;

    private void FindMissing()
    {
        foreach (var name in Manifest.Files.Where(static name => name != Manifest.Config))
        {
            if (!File.Exists(Manifest.PathOf(name)))
            {
                Manifest.AddMissing(name);
            }
        }

        // A segment that was put back is opened like any other. The other files are created again at each start, and a new one
        // must not hide that the old one is missing.
        foreach (var name in Manifest.Missing.Where(static name => Manifest.NumberOf(name) is not null))
        {
            if (new FileInfo(Manifest.PathOf(name)) is { Exists: true, Length: > 0 })
            {
                Manifest.Add(name);
                SqliteLog.FileIsBack(Logger, name);
            }
        }
    }
}
