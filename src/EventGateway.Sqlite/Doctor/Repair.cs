using System.Globalization;
using EventGateway.Core.Registry;
using EventGateway.Sqlite.Delivery;
using EventGateway.Sqlite.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventGateway.Sqlite.Doctor;

/// <summary>
/// Puts what can be read of damaged files into new ones, which take their places. The damaged files are kept under new names.
/// </summary>
internal sealed class Repair(string directory, TimeProvider timeProvider)
{
    /// <summary>Repairs every file that a report calls damaged.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public List<RepairReport> Run(StoreReport report)
    {
        var repaired = new List<RepairReport>();
        var manifest = OpenManifest(repaired);
        foreach (var file in report.Files.Where(static file => file.IsDamaged))
        {
            repaired.Add(Mend(file, manifest));
        }

        return repaired;
    }

    private Manifest OpenManifest(List<RepairReport> repaired)
    {
        try
        {
            return Manifest.Open(directory, NullLogger.Instance);
        }
        catch (ConfigStoreRefusedException)
        {
            var original = MoveAside(Path.Combine(directory, "manifest.json"));
            var manifest = Manifest.Open(directory, NullLogger.Instance);
            repaired.Add(new RepairReport("manifest.json", $"It lists the {manifest.Files.Count} files that are there.", [], original));
            return manifest;
        }
    }

    private RepairReport Mend(FileReport file, Manifest manifest)
    {
        var path = manifest.PathOf(file.Name);
        if (NewDatabase.TryFinishRepair(path, manifest.Store))
        {
            return new RepairReport(file.Name, "A repair that was interrupted is finished.", [], Original: null);
        }

        if (file.Bytes == 0)
        {
            if (file.Name == Manifest.Config)
            {
                return new RepairReport(file.Name, "Nothing: restore the configuration from a backup.", ["everything"], Original: null);
            }

            var empty = MoveAside(path);
            manifest.Remove(file.Name);
            return new RepairReport(file.Name, "Nothing: the file was empty. The next start makes a new one.", ["everything"], empty);
        }

        var salvaged = path + NewDatabase.SalvagedMark;
        DeleteSalvaged(salvaged);
        if (Salvage(file.Name, path, salvaged, manifest.Store) is not var (saved, lost))
        {
            // An empty configuration in its place would start without a word.
            DeleteSalvaged(salvaged);
            return new RepairReport(
                file.Name, "Nothing: no resource can be read. The file is unchanged; restore the configuration from a backup.", ["everything"], Original: null);
        }

        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        var original = MoveAside(path);
        File.Move(salvaged, path);
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        manifest.Add(file.Name);
        return new RepairReport(file.Name, saved, lost, original);
    }

    private static (string Saved, IReadOnlyList<string> Lost)? Salvage(string name, string path, string salvaged, Guid store)
    {
        using var untouched = new UntouchedLog(path);
        if (name == Manifest.Config)
        {
            return ConfigSalvage.Run(path, salvaged, store);
        }

        var schema = StoreLayout.KindOf(name)!.Value.Schema;
        var result = FileSalvage.Run(path, salvaged, schema, store, NullLogger.Instance);
        if (schema != PeriodSchema.Schema)
        {
            return (result.Describe(), []);
        }

        if (!result.IsComplete || result.Lost > 0)
        {
            PageSalvage.Run(path, salvaged);
        }

        return LostEvents.Describe(salvaged, path);
    }

    // With its write-ahead log and the index of that. The log goes last: a database that has lost its log would look whole
    // after a crash in between.
    private string MoveAside(string path)
    {
        var time = timeProvider.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var target = $"{path}.damaged-{time}";
        for (var i = 2; File.Exists(target); i++)
        {
            target = string.Create(CultureInfo.InvariantCulture, $"{path}.damaged-{time}-{i}");
        }

        foreach (var suffix in (string[])["", "-shm", "-wal"])
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, target + suffix);
            }
        }

        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        return Path.GetRelativePath(directory, target);
    }

    // What an earlier repair left unfinished; the damaged file is still in its place.
    private static void DeleteSalvaged(string salvaged)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(salvaged + suffix);
        }
    }
}
