using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>
/// Copies the readable rows of damaged files into new files, which replace them. The damaged files are kept under new names.
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
            repaired.Add(RepairFile(file, manifest));
        }

        return repaired;
    }

    private Manifest OpenManifest(List<RepairReport> repaired)
    {
        try
        {
            var manifest = Manifest.Open(directory, NullLogger.Instance);
            if (manifest.WasLost)
            {
                repaired.Add(NewManifest(manifest, original: null));
            }

            return manifest;
        }
        catch (ConfigStoreRefusedException)
        {
            var original = MoveAside(Path.Combine(directory, "manifest.json"));
            var manifest = Manifest.Open(directory, NullLogger.Instance);
            repaired.Add(NewManifest(manifest, original));
            return manifest;
        }
    }

    private static RepairReport NewManifest(Manifest manifest, string? original) =>
        new("manifest.json", $"It lists the {manifest.Files.Count} files that are there.", [], original);

    private RepairReport RepairFile(FileReport file, Manifest manifest)
    {
        var path = manifest.PathOf(file.Name);
        if (Replacement.TryFinish(path, manifest.Store))
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

        var salvaged = path + Replacement.Mark;
        Replacement.Delete(salvaged);
        if (Salvage(file.Name, path, salvaged, manifest.Store) is not var (saved, lost))
        {
            // An empty configuration in its place would start without an error.
            Replacement.Delete(salvaged);
            return new RepairReport(
                file.Name, "Nothing: no resource can be read. The file is unchanged; restore the configuration from a backup.", ["everything"], Original: null);
        }

        var original = Replacement.Put(path, timeProvider);
        manifest.Add(file.Name);
        return new RepairReport(file.Name, saved, lost, Path.GetRelativePath(directory, original));
    }

    private static (string Saved, IReadOnlyList<string> Lost)? Salvage(string name, string path, string salvaged, Guid store)
    {
        using var untouched = new UntouchedLog(path);
        if (name == Manifest.Config)
        {
            return ConfigSalvage.Run(path, salvaged, store);
        }

        var schema = StoreLayout.KindOf(name)!.Value.Schema;
        var result = FileSalvage.Run(new DeliveryFile(path, schema), salvaged, store, [], keepsLog: null, NullLogger.Instance);
        return schema == SegmentSchema.Schema ? LostEvents.Describe(salvaged, path, result.LostDeliveries) : (result.Describe(), []);
    }

    private string MoveAside(string path) =>
        Path.GetRelativePath(directory, Replacement.MoveAside(path, Replacement.DamagedMark, timeProvider));
}
