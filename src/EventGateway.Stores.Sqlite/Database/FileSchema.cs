using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>A kind of database file: its mark, and the steps that create its tables.</summary>
/// <param name="Kind">The name of the kind in messages.</param>
/// <param name="ApplicationId">Marks a file as ours (https://www.sqlite.org/pragma.html#pragma_application_id).</param>
/// <param name="Migrations">The steps. The version of a file is the number of steps that were made; 0 is an empty file.</param>
internal sealed record FileSchema(string Kind, int ApplicationId, IReadOnlyList<Migration> Migrations)
{
    // A file with a newer version must have other tables, unless only the last few steps made it newer.
    private const int MaxNewerVersions = 1000;
    private const int MaxNewerVersionsWithSameTables = 4;

    /// <summary>The newest version, which <see cref="Migrate"/> leads to.</summary>
    public int Version => Migrations.Count;

    /// <summary>Checks that the file is empty, or of this kind and of a known version. Changes nothing.</summary>
    /// <exception cref="FileSchemaException">The file belongs to another program, or to a newer version.</exception>
    /// <exception cref="SqliteException">It cannot be read, or its header is damaged.</exception>
    public void Check(SqliteConnection connection, string path)
    {
        var version = ReadVersion(connection);
        var application = Number(connection, "PRAGMA application_id");
        if (application != ApplicationId
            && !(version == 0 && application == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") == 0))
        {
            throw StoreIdentity.Read(connection) is null
                ? new FileSchemaException($"'{path}' is a database of another program. Move it away, or use another directory.")
                : Damaged($"its application id is {application}");
        }

        var isNewer = version > Version && version <= Version + MaxNewerVersions
            && (version <= Version + MaxNewerVersionsWithSameTables || HasMoreThan(connection, Version));
        if (isNewer)
        {
            throw new FileSchemaException(
                $"The {Kind} '{path}' has version {version}; this program knows versions up to {Version}. "
                + "Run the newer program that wrote it, or restore a backup of an older one.");
        }

        if (version != Version && (version < 0 || version > Version || HasMoreThan(connection, (int)version)))
        {
            throw Damaged($"its version is {version}, which does not fit its tables");
        }
    }

    /// <summary>Brings a file that <see cref="Check"/> has passed to the newest version.</summary>
    /// <exception cref="SqliteException">A step failed. The file keeps its old version once the connection is closed.</exception>
    public void Migrate(SqliteConnection connection, string path, ILogger logger)
    {
        var version = (int)ReadVersion(connection);
        if (version == Version)
        {
            return;
        }

        // One transaction for all steps, so that the file always has either the old version or the new one.
        Execute(connection, "BEGIN IMMEDIATE");
        foreach (var step in Migrations.Skip(version))
        {
            if (step.Sql.Length > 0 && step.IsDone?.Invoke(connection) is not true)
            {
                Execute(connection, step.Sql);
            }
        }

        Execute(connection, $"PRAGMA user_version = {Version}; COMMIT");

        // A new file had no older version, so nothing is logged.
        for (var step = version; step < Version && version > 0; step++)
        {
            SqliteLog.Migrated(logger, path, step + 1, Migrations[step].Summary);
        }
    }

    /// <summary>Lists the tables that a file of this kind has.</summary>
    public IEnumerable<string> ListTables() =>
        from step in Migrations
        from part in step.Sql.Split("CREATE TABLE ").Skip(1)
        select part[..part.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>Returns the version of a file.</summary>
    public static long ReadVersion(SqliteConnection connection) => Number(connection, "PRAGMA user_version");

    /// <summary>Returns a condition for <see cref="Migration.IsDone"/>: the table has the column.</summary>
    public static Func<SqliteConnection, bool> HasColumn(string table, string column) =>
        connection => Number(connection, $"SELECT count(*) FROM pragma_table_info('{table}') WHERE name = '{column}'") > 0;

    private static SqliteException Damaged(string what) => new($"The header is damaged: {what}.", SQLITE_CORRUPT);

    // Whether a file has columns that a version does not define.
    private bool HasMoreThan(SqliteConnection connection, int version)
    {
        using var model = new SqliteConnection("Data Source=:memory:");
        model.Open();
        for (var step = 0; version > 0 && step < Version; step++)
        {
            if ((step < version || Migrations[step].IsDone is not null) && Migrations[step].Sql.Length > 0)
            {
                Execute(model, Migrations[step].Sql);
            }
        }

        return ListColumns(connection).Except(ListColumns(model), StringComparer.Ordinal).Any();
    }

    private static List<string> ListColumns(SqliteConnection connection)
    {
        var columns = new List<string>();
        using var list = connection.CreateCommand();
        list.CommandText =
            """
            SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'identity'
            """;
        using var reader = list.ExecuteReader();
        while (reader.Read())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }

    private static void Execute(SqliteConnection connection, string sql) => Sql.Execute(connection, sql);

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
