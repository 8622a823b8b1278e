using EventGateway.CloudEvents;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>Examines one file, and changes nothing.</summary>
internal sealed class FileExamination
{
    // The report stays readable with this many lines of a check.
    private const int MaxLines = 10;

    private readonly List<string> _problems = [];
    private readonly List<string> _notes = [];
    private readonly List<(string Table, long Rows)> _rows = [];
    private long? _version;
    private Guid? _store;
    private bool _damaged;

    /// <summary>Examines a file that is there, or should be.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="name">The file, relative to the directory.</param>
    /// <param name="manifest">The list of files. Null when it does not exist or cannot be read.</param>
    /// <exception cref="SqliteException">The disk is full, which SQLite needs to read a file.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public static FileReport Run(string directory, string name, Manifest? manifest)
    {
        var path = Path.Combine(directory, name);
        var kind = StoreLayout.KindOf(name);
        if (kind is not var (schema, words))
        {
            var note = name.Contains(".db.", StringComparison.Ordinal)
                ? "It was set aside earlier, and no gateway uses it. Move it away once you do not need it."
                : "No gateway uses a file of this name.";
            return new FileReport(name, "unknown") { Bytes = BytesOf(path), Notes = [note] };
        }

        var examination = new FileExamination();
        examination.Examine(path, name, schema, manifest);
        return new FileReport(name, words)
        {
            Version = examination._version,
            Store = examination._store,
            Bytes = BytesOf(path),
            Rows = examination._rows,
            Problems = examination._problems,
            Notes = examination._notes,
            IsDamaged = examination._damaged,
        };
    }

    private static string PartOf(string name) => name == Manifest.Config ? Manifest.Config : Manifest.Deliveries;

    private static long BytesOf(string path) =>
        new[] { path, path + "-wal" }.Sum(static file => new FileInfo(file) is { Exists: true } info ? info.Length : 0);

    private void Examine(string path, string name, FileSchema schema, Manifest? manifest)
    {
        if (!File.Exists(path))
        {
            if (File.Exists(path + Replacement.Mark))
            {
                Damaged("It is missing: a repair was interrupted. Run the command with --repair, or start the gateway, to finish it.");
                return;
            }

            _problems.Add("It is missing: manifest.json lists it. Put it back, or start the gateway once with --accept-missing-files.");
            return;
        }

        if (manifest is not null && !manifest.Lists(name))
        {
            _notes.Add("It is not in manifest.json. The next start takes it over when it belongs to this store.");
        }

        if (new FileInfo(path).Length == 0)
        {
            if (manifest?.Lists(name) is not false)
            {
                Damaged("It is empty.");
            }

            return;
        }

        try
        {
            using var untouched = new UntouchedLog(path);
            if (FileCheck.FindDamage(path, manifest?.WasUsedInThisBoot(PartOf(name)) is true) is { } damage)
            {
                Damaged(damage);
            }

            using var connection = StoreIdentity.OpenUnchanged(path);
            if (ReadHead(connection, path, schema, manifest))
            {
                ReadContent(connection, schema);
            }
        }
        catch (SqliteException exception) when (!DiskReserve.IsDiskFull(exception))
        {
            Damaged($"It cannot be read: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && !DiskReserve.IsDiskFull(exception))
        {
            _problems.Add($"It cannot be read: {exception.Message}");
        }
    }

    private bool ReadHead(SqliteConnection connection, string path, FileSchema schema, Manifest? manifest)
    {
        try
        {
            schema.Check(connection, path);
        }
        catch (FileSchemaException exception)
        {
            _problems.Add(exception.Message);
            return false;
        }

        _version = FileSchema.ReadVersion(connection);
        if (_version < schema.Version)
        {
            _notes.Add($"The next start migrates it to version {schema.Version}.");
        }

        Try("the id of its store", () => _store = StoreIdentity.Read(connection));
        if (manifest is not null && _store is { } store && store != manifest.Store)
        {
            _problems.Add($"It belongs to the store {store}, and this is the store {manifest.Store}.");
        }

        return true;
    }

    private void ReadContent(SqliteConnection connection, FileSchema schema)
    {
        Try("its pages", () =>
        {
            using var check = new Statement(connection, $"PRAGMA integrity_check({MaxLines})");
            while (check.Step())
            {
                if (check.Text(0) is not "ok" and var found)
                {
                    Damaged($"Integrity check: {found.ReplaceLineEndings(" ")}");
                }
            }
        });
        foreach (var table in (schema with { Migrations = [.. schema.Migrations.Take((int)(_version ?? 0))] }).ListTables())
        {
            Try($"the table {table}", () => _rows.Add((table, Number(connection, $"SELECT count(*) FROM {table}"))));
        }

        if (schema == SegmentSchema.Schema)
        {
            Try("which deliveries have their events", () => FindOrphans(connection));
            Try("the events", () => CheckEvents(connection, "SELECT e.id, e.type, e.format, e.checksum, b.body FROM events e JOIN bodies b ON b.event = e.n"));
        }
        else if (schema == DeadLetterSchema.Schema)
        {
            Try("the events", () => CheckEvents(connection, "SELECT event, type, format, checksum, body FROM dead_letters"));
        }
    }

    private void FindOrphans(SqliteConnection connection)
    {
        var orphans = Number(
            connection,
            """
            SELECT count(*) FROM deliveries
            WHERE event NOT IN (SELECT n FROM events) OR event NOT IN (SELECT event FROM bodies) OR subscription NOT IN (SELECT n FROM subscriptions)
            """);
        if (orphans > 0)
        {
            Damaged($"{orphans} waiting deliveries have lost their event or their subscription.");
        }
    }

    private void CheckEvents(SqliteConnection connection, string sql)
    {
        // Older versions have no checksums.
        if (_version < (sql.Contains("dead_letters", StringComparison.Ordinal) ? DeadLetterSchema.Schema.Version : SegmentSchema.ChecksumVersion))
        {
            return;
        }

        var wrong = new List<string>();
        var count = 0;
        using var read = new Statement(connection, sql);
        while (read.Step())
        {
            var (id, type, format) = (read.Text(0), read.Text(1), (CloudEventFormat)read.Long(2));
            if (!EventChecksum.Matches(read.Long(3), id, type, format, read.Blob(4)) && ++count <= MaxLines)
            {
                wrong.Add(id);
            }
        }

        if (count > 0)
        {
            _problems.Add(
                $"The checksums of {count} events are wrong, and these are not delivered: {string.Join(", ", wrong)}{(count > wrong.Count ? ", …" : "")}");
        }
    }

    private void Damaged(string problem)
    {
        _damaged = true;
        _problems.Add(problem);
    }

    private void Try(string what, Action read)
    {
        try
        {
            read();
        }
        catch (SqliteException exception) when (!DiskReserve.IsDiskFull(exception))
        {
            Damaged($"SQLite cannot read {what}: {exception.Message}");
        }
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.RunForNumber();
    }
}
