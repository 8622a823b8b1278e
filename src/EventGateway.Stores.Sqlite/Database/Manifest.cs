using System.Globalization;
using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>
/// The list of the files that a data directory should have, <c>manifest.json</c>. A file is listed after it was created and
/// before anything is stored in it. It is taken off the list before it is deleted. So after a crash every listed file must
/// exist, and a file that is not listed is empty, no longer needed, or one that the next start adds. Safe for concurrent use.
/// </summary>
internal sealed class Manifest
{
    /// <summary>The name of the configuration's file.</summary>
    public const string Config = "config.db";

    /// <summary>The name of the directory of deliveries.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>The fault of a directory whose manifest was lost.</summary>
    public static readonly StoreFault Lost = new("manifest.json", StoreFaultKind.Missing);

    private readonly Lock _gate = new();
    private readonly string _directory;
    private ManifestDocument _document;

    private Manifest(string directory, ManifestDocument document)
    {
        _directory = directory;
        _document = document;
    }

    /// <summary>The id of the store.</summary>
    public Guid Store => _document.Store;

    /// <summary>The files that there should be, relative to the data directory.</summary>
    public IReadOnlyList<string> Files => _document.Files;

    /// <summary>The files that were missing at a start and have not come back.</summary>
    public IReadOnlyList<string> Missing => _document.Missing;

    /// <summary>Whether the manifest was lost: it did not exist at this opening, although files of deliveries carry the id of a store.</summary>
    public bool WasLost { get; private init; }

    /// <summary>The highest number that a file of deliveries ever had.</summary>
    public long LastSegment => _document.LastSegment;

    /// <summary>Reads the manifest of a directory. If it does not exist, makes one of the existing files.</summary>
    /// <param name="directory">The data directory, which exists.</param>
    /// <param name="logger">Receives a line when existing files are listed for the first time.</param>
    /// <exception cref="IOException">The disk is full or fails, or the manifest is damaged.</exception>
    public static Manifest Open(string directory, ILogger logger)
    {
        var path = Path.Combine(directory, "manifest.json");
        if (File.Exists(path))
        {
            return new Manifest(directory, Read(path));
        }

        var found = FindFiles(directory);
        var identity = ReadIdentity(directory, found);
        var document = new ManifestDocument
        {
            Store = identity ?? Guid.NewGuid(),
            LastSegment = found.Max(NumberOf) ?? 0,

            // The configuration is listed once it was opened, because until then it may prove to be another file.
            Files = [.. found.Where(static name => name != Config)],
        };

        // A configuration alone may be a copy from another store.
        var manifest = new Manifest(directory, document) { WasLost = identity is not null && document.Files.Count > 0 };
        manifest.Write(document);
        if (manifest.WasLost)
        {
            SqliteLog.ManifestLost(logger, path, found.Count);
        }
        else if (found.Count > 0)
        {
            SqliteLog.Adopted(logger, path, found.Count, manifest.Store);
        }

        return manifest;
    }

    /// <summary>Reads the manifest of a directory, and changes nothing. Returns null when it does not exist.</summary>
    /// <exception cref="ConfigStoreRefusedException">It is damaged.</exception>
    public static Manifest? Find(string directory)
    {
        var path = Path.Combine(directory, "manifest.json");
        return File.Exists(path) ? new Manifest(directory, Read(path)) : null;
    }

    /// <summary>The path of a file.</summary>
    public string PathOf(string name) => Path.Combine(_directory, name);

    /// <summary>The name of a file of deliveries, such as <c>7.db</c>, in the manifest.</summary>
    public static string NameOf(string path) => $"{Deliveries}/{Path.GetFileName(path)}";

    /// <summary>The number of a file of deliveries. Null means that the file is another one.</summary>
    public static long? NumberOf(string name) =>
        name.EndsWith(".db", StringComparison.Ordinal)
        && long.TryParse(Path.GetFileNameWithoutExtension(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Whether a file should be there.</summary>
    public bool Lists(string name) => _document.Files.Contains(name);

    /// <summary>Lists a file, which is on disk.</summary>
    /// <exception cref="IOException">The disk is full or fails; it is not listed.</exception>
    public void Add(string name) => Change(
        document => document with
        {
            Files = document.Files.Contains(name) ? document.Files : [.. document.Files, name],
            Missing = NumberOf(name) is null ? document.Missing : [.. document.Missing.Where(other => other != name)],
            LastSegment = Math.Max(document.LastSegment, NumberOf(name) ?? 0),
        });

    /// <summary>Takes a file off the list.</summary>
    /// <exception cref="IOException">The disk is full or fails; it is still listed.</exception>
    public void Remove(string name) => Change(document => document with { Files = [.. document.Files.Where(other => other != name)] });

    /// <summary>Notes that a file that should be there is not.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public void AddMissing(string name) => Change(
        document => document with
        {
            Files = [.. document.Files.Where(other => other != name)],
            Missing = document.Missing.Contains(name) ? document.Missing : [.. document.Missing, name],
        });

    /// <summary>Forgets the files that are missing.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public void ForgetMissing() => Change(static document => document with { Missing = [] });

    /// <summary>Whether the configuration, or deliveries, were last in use under the present boot of this machine.</summary>
    /// <param name="part"><see cref="Config"/> or <see cref="Deliveries"/>.</param>
    public bool WasUsedInThisBoot(string part) => MachineBoot.Id is { } boot && _document.Boots?.GetValueOrDefault(part) == boot;

    /// <summary>Notes that the configuration, or deliveries, are in use from now on, once they were checked.</summary>
    /// <param name="part"><see cref="Config"/> or <see cref="Deliveries"/>.</param>
    public void NoteUse(string part)
    {
        if (MachineBoot.Id is not { } boot || WasUsedInThisBoot(part))
        {
            return;
        }

        try
        {
            Change(document => document with { Boots = new Dictionary<string, string>(document.Boots ?? new Dictionary<string, string>()) { [part] = boot } });
        }
        catch (IOException)
        {
            // The disk is full. The next start then does not trust the indexes of logs.
        }
    }

    private static ManifestDocument Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.ManifestDocument)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new ConfigStoreRefusedException(
                $"The manifest '{path}' is damaged: {exception.Message} Move it away, and the next start makes a new one of the files that are there.",
                exception);
        }
    }

    // Empty files are left out, because a crash during the first start leaves them.
    private static List<string> FindFiles(string directory)
    {
        var found = new List<string>();
        if (new FileInfo(Path.Combine(directory, Config)) is { Exists: true, Length: > 0 })
        {
            found.Add(Config);
        }

        var deliveries = new DirectoryInfo(Path.Combine(directory, Deliveries));
        if (deliveries.Exists)
        {
            found.AddRange(deliveries.EnumerateFiles("*.db").Where(static file => file.Length > 0).Select(static file => NameOf(file.Name)).Order(StringComparer.Ordinal));
        }

        return found;
    }

    // The configuration comes first, because its id decides which files belong to another store.
    private static Guid? ReadIdentity(string directory, List<string> files)
    {
        foreach (var name in files)
        {
            try
            {
                // SQLite repairs a damaged log silently, which would hide the damage when the file is opened later.
                var path = Path.Combine(directory, name);
                if (WriteAheadLog.FindDamage(path, trustIndex: false) is null && StoreIdentity.Read(path) is { } store)
                {
                    return store;
                }
            }
            catch (SqliteException)
            {
                // Its damage is reported when it is opened.
            }
        }

        return null;
    }

    private void Change(Func<ManifestDocument, ManifestDocument> change)
    {
        lock (_gate)
        {
            var changed = change(_document);
            if (!changed.Files.SequenceEqual(_document.Files)
                || !changed.Missing.SequenceEqual(_document.Missing)
                || changed.LastSegment != _document.LastSegment
                || changed.Boots != _document.Boots)
            {
                Write(changed);
                _document = changed;
            }
        }
    }

    // The names of the files must be on disk before the manifest lists them.
    private void Write(ManifestDocument document)
    {
        var deliveries = PathOf(Deliveries);
        if (Directory.Exists(deliveries))
        {
            DurableFile.SyncDirectory(deliveries);
        }

        DurableFile.Replace(PathOf("manifest.json"), JsonSerializer.SerializeToUtf8Bytes(document, ManifestJson.Default.ManifestDocument));
    }
}
