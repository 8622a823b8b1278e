using System.Globalization;
using EventGateway.Core.Delivery;
using EventGateway.Sqlite.Internal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EventGateway.Sqlite.Delivery;

/// <summary>
/// The files of the delivery store beside what is in them: which there should be, which are missing, and which were set aside.
/// Safe for concurrent use.
/// </summary>
internal sealed class StoreFiles
{
    private const string DamagedMark = ".damaged-";
    private const string ForeignMark = ".foreign-";
    private const string ExpiredMark = ".expired";

    private readonly Lock _gate = new();
    private readonly string _root;
    private readonly TimeProvider _timeProvider;
    private readonly List<StoreFault> _faults = [];

    private StoreFiles(string root, Manifest manifest, TimeProvider timeProvider, ILogger logger)
    {
        _root = root;
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
    public IReadOnlyList<StoreFault> Faults
    {
        get
        {
            lock (_gate)
            {
                // An operator who has moved a file away that was set aside has seen to it.
                _faults.RemoveAll(fault => fault.Kind is not StoreFaultKind.Missing && !File.Exists(Path.Combine(_root, fault.File)));
                return [.. _faults];
            }
        }
    }

    /// <summary>Reads the manifest, and compares it with what is on disk.</summary>
    /// <param name="root">The data directory.</param>
    /// <param name="acceptMissing">Whether to forget what is missing.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Receives a line for each file that is missing or set aside.</param>
    /// <exception cref="IOException">The disk is full or fails, or the manifest is damaged.</exception>
    public static StoreFiles Open(string root, bool acceptMissing, TimeProvider timeProvider, ILogger logger)
    {
        var files = new StoreFiles(root, Manifest.Open(root, logger), timeProvider, logger);
        foreach (var expired in System.IO.Directory.GetFiles(files.Directory, "*" + ExpiredMark))
        {
            files.TryForget(expired);
        }

        files.FindMissing();
        if (acceptMissing)
        {
            files.Manifest.ForgetMissing();
        }

        foreach (var name in files.Manifest.Missing)
        {
            SqliteLog.FileMissing(logger, name, root);
            files._faults.Add(new StoreFault(name, StoreFaultKind.Missing));
        }

        foreach (var path in System.IO.Directory.EnumerateFiles(files.Directory).Order(StringComparer.Ordinal))
        {
            var name = Manifest.NameOf(path);
            if (KindOf(name) is { } kind)
            {
                SqliteLog.FileStillSetAside(logger, name);
                files._faults.Add(new StoreFault(name, kind));
            }
        }

        return files;
    }

    /// <summary>Sets a file aside that is of no use: one that was emptied, or one of another store.</summary>
    /// <returns>Whether the file can be opened; also when there is none yet.</returns>
    /// <exception cref="SqliteException">The file is no database, or is damaged.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public bool Check(DeliveryFile file)
    {
        if (new FileInfo(file.Path) is not { Exists: true } info)
        {
            return true;
        }

        if (info.Length == 0)
        {
            // A crash before the tables were made leaves it, and then it is not listed.
            if (!Manifest.Lists(Manifest.NameOf(file.Path)))
            {
                return true;
            }

            SetAside(file.Path, StoreFaultKind.Damaged, "It is empty.");
            return false;
        }

        if (StoreIdentity.Read(file.Path) is { } store && store != Manifest.Store)
        {
            SetAside(file.Path, StoreFaultKind.Foreign, $"It belongs to the store {store}, and this is the store {Manifest.Store}.");
            return false;
        }

        return true;
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
    /// <param name="kind">What is wrong with it.</param>
    /// <param name="reason">What was found, for the log.</param>
    /// <returns>The new path.</returns>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public string SetAside(string path, StoreFaultKind kind, string reason)
    {
        var mark = kind is StoreFaultKind.Foreign ? ForeignMark : DamagedMark;
        var target = path + mark + _timeProvider.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        for (var i = 2; File.Exists(target); i++)
        {
            target = string.Create(CultureInfo.InvariantCulture, $"{path}{mark}{_timeProvider.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{i}");
        }

        // The log last: a database that has lost its log would look whole after a crash in between.
        foreach (var suffix in (string[])["", "-wal"])
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, target + suffix);
            }
        }

        File.Delete(path + "-shm");
        DurableFile.SyncDirectory(Directory);
        var name = Manifest.NameOf(path);
        SqliteLog.FileSetAside(Logger, name, reason, Manifest.NameOf(target));
        AddFault(Manifest.NameOf(target), kind);
        if (kind is StoreFaultKind.Damaged)
        {
            Manifest.Remove(name);
        }
        else if (Manifest.Lists(name))
        {
            Manifest.AddMissing(name);
            SqliteLog.FileMissing(Logger, name, _root);
            AddFault(name, StoreFaultKind.Missing);
        }

        return target;
    }

    /// <summary>Deletes a file that nobody needs any more. Needs no room on the disk until the file is empty.</summary>
    /// <exception cref="IOException">The disk is full or fails; call it again.</exception>
    public void Delete(DeliveryFile file)
    {
        // Under another name and empty until it is off the list: after a crash it is then not taken for one that is missing.
        var expired = file.Path + ExpiredMark;
        if (File.Exists(file.Path))
        {
            File.Move(file.Path, expired, overwrite: true);
        }

        file.Delete();
        Forget(expired);
    }

    /// <summary>The highest number that a file of deliveries ever had.</summary>
    public long LastPeriod()
    {
        var last = Manifest.LastPeriod;
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

    private static StoreFaultKind? KindOf(string name) =>
        name.EndsWith("-wal", StringComparison.Ordinal) || name.EndsWith("-shm", StringComparison.Ordinal) ? null
        : name.Contains(DamagedMark, StringComparison.Ordinal) ? StoreFaultKind.Damaged
        : name.Contains(ForeignMark, StringComparison.Ordinal) ? StoreFaultKind.Foreign
        : null;

    private void AddFault(string name, StoreFaultKind kind)
    {
        lock (_gate)
        {
            _faults.Add(new StoreFault(name, kind));
        }
    }

    private void TryForget(string expired)
    {
        try
        {
            Forget(expired);
        }
        catch (IOException)
        {
            // It holds nothing that anyone needs. The next start tries again.
        }
    }

    private void Forget(string expired)
    {
        if (File.Exists(expired))
        {
            using var file = File.OpenHandle(expired, FileMode.Truncate, FileAccess.Write);
        }

        Manifest.Remove(Manifest.NameOf(expired[..^ExpiredMark.Length]));
        File.Delete(expired);
    }

    private void FindMissing()
    {
        foreach (var name in Manifest.Files.Where(static name => name != Manifest.Config))
        {
            if (!File.Exists(Manifest.PathOf(name)))
            {
                Manifest.AddMissing(name);
            }
        }

        // A file that was put back is opened like any other. In place of the others there is a new one, which must not
        // hide that the old one is gone.
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
