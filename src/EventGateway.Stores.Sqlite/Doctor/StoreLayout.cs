using EventGateway.Stores.Sqlite.Config;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;

namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>The files of a data directory, and their kinds.</summary>
internal static class StoreLayout
{
    private static readonly string[] LogSuffixes = ["-wal", "-shm"];

    /// <summary>Lists the existing database files, and those that should exist: the configuration first, then deliveries by age.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="manifest">The list of the files that should exist. Null when it is not known.</param>
    public static List<string> List(string directory, Manifest? manifest)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        names.UnionWith(Directory.EnumerateFiles(directory, "*.db*").Select(static path => Path.GetFileName(path)));
        var deliveries = Path.Combine(directory, Manifest.Deliveries);
        if (Directory.Exists(deliveries))
        {
            names.UnionWith(Directory.EnumerateFiles(deliveries, "*.db*").Select(static path => Manifest.NameOf(path)));
        }

        names.UnionWith(manifest?.Files ?? []);
        names.UnionWith(manifest?.Missing ?? []);
        names.RemoveWhere(static name => LogSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)));
        return [.. names.OrderBy(static name => name.Contains('/', StringComparison.Ordinal)).ThenBy(static name => Manifest.NumberOf(name) ?? long.MaxValue).ThenBy(static name => name, StringComparer.Ordinal)];
    }

    /// <summary>Finds the kind of a file, and its name in words. Null when no file of that name belongs to a data directory.</summary>
    public static (FileSchema Schema, string Kind)? KindOf(string name) => name switch
    {
        Manifest.Config => (ConfigSchema.Schema, "configuration"),
        Manifest.Deliveries + "/dead-letters.db" => (DeadLetterSchema.Schema, "dead letters"),
        Manifest.Deliveries + "/replays.db" => (ReplaySchema.Schema, "replays"),
        _ => name.StartsWith(Manifest.Deliveries + "/", StringComparison.Ordinal) && Manifest.NumberOf(name) is not null
            ? (SegmentSchema.Schema, "events and deliveries")
            : null,
    };
}
