using System.Security.Cryptography;
using System.Text;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Database;

/// <summary>The versions of the embedded store's files.</summary>
public sealed class FileSchemaTests : IDisposable
{
    private static readonly Dictionary<string, FileSchema> Schemas = new()
    {
        ["config"] = ConfigSchema.Schema,
        ["segment"] = SegmentSchema.Schema,
        ["dead letters"] = DeadLetterSchema.Schema,
        ["replays"] = ReplaySchema.Schema,
    };

    private readonly TemporaryDirectory _directory = new();

    /// <summary>Every step that was released, by a hash of its statements. Existing hashes never change. A new step appends one.</summary>
    public static TheoryData<string, string[]> Released => new()
    {
        { "config", ["E6A80C35BD9A0AE9", "93DA218CF44A63B9"] },
        { "segment", ["19DD8E414A91AC30", "FAA3C912D29DC967", "DDC9888385E545E1", "A7D177A3B3FFEF47", "50E5E43D15F50B76"] },
        { "dead letters", ["46484634AB04F105", "E3B0C44298FC1C14", "EE84AF3310D966DA", "7EB147D6F5322395", "73AAADE209B82FB6"] },
        { "replays", ["29763DB0CB4392E5", "E3B0C44298FC1C14", "59A6059B849BCE64", "50E5E43D15F50B76"] },
    };

    public static TheoryData<string> Kinds => [.. Schemas.Keys];

    /// <summary>Every form in which a released program wrote a file: kind, version, and the difference to the first step.</summary>
    public static TheoryData<string, int, string, string> Shapes => new()
    {
        { "config", 1, "", "" },
        { "segment", 1, "", "" },
        { "segment", 2, "format INTEGER NOT NULL", "format INTEGER NOT NULL, cause INTEGER NOT NULL" },
        { "segment", 3, "format INTEGER NOT NULL", "format INTEGER NOT NULL, cause INTEGER NOT NULL, checksum INTEGER" },
        { "dead letters", 1, "", "" },
        { "dead letters", 2, "", "" },
        { "dead letters", 2, "status INTEGER,", "status INTEGER, error TEXT," },
        { "dead letters", 3, "status INTEGER,", "status INTEGER, error TEXT," },
        { "replays", 2, "", "" },
    };

    private string FilePath => _directory["file.db"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Released))]
    public void Released_steps_never_change_and_a_changed_schema_has_a_new_step(string kind, string[] hashes) =>
        Schemas[kind].Migrations.Select(step => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(step.Sql)))[..16])
            .ShouldBe(hashes);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_released_form_is_migrated_to_the_newest(string kind, int version, string part, string replacement)
    {
        var schema = Schemas[kind];
        var sql = schema.Migrations[0].Sql;
        Execute(FilePath, $"{(part.Length == 0 ? sql : sql.Replace(part, replacement, StringComparison.Ordinal))} PRAGMA user_version = {version};");
        Prepare(FilePath, schema);

        var fresh = _directory["fresh.db"];
        Prepare(fresh, schema);
        ReadColumns(FilePath).ShouldBe(ReadColumns(fresh));
        ReadVersion(FilePath).ShouldBe(schema.Version);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_newer_version_is_refused_by_name_and_left_unchanged(string kind)
    {
        var schema = Schemas[kind];
        Prepare(FilePath, schema);
        Execute(FilePath, "CREATE TABLE newer (x); PRAGMA user_version = 99");
        var before = File.ReadAllBytes(FilePath);

        var refused = Should.Throw<FileSchemaException>(() => Prepare(FilePath, schema));
        refused.Message.ShouldBe(
            $"The {schema.Kind} '{FilePath}' has version 99; this program knows versions up to {schema.Version}. "
            + "Run the newer program that wrote it, or restore a backup of an older one.");
        File.ReadAllBytes(FilePath).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_of_another_kind_is_refused_and_left_unchanged(string kind)
    {
        var schema = Schemas[kind];
        Prepare(FilePath, schema with { ApplicationId = 1, Migrations = [new("makes a table", "PRAGMA application_id = 1; CREATE TABLE theirs (x);")] });
        var before = File.ReadAllBytes(FilePath);

        Should.Throw<FileSchemaException>(() => Prepare(FilePath, schema))
            .Message.ShouldBe($"'{FilePath}' is a database of another program. Move it away, or use another directory.");
        File.ReadAllBytes(FilePath).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_step_that_fails_leaves_the_file_at_its_old_version(string kind)
    {
        var schema = Schemas[kind];
        Prepare(FilePath, schema);
        var columns = ReadColumns(FilePath);

        Should.Throw<SqliteException>(() => Prepare(FilePath, With(schema, new("adds", "CREATE TABLE more (x);"), new("fails", "SELECT x FROM nowhere;"))));

        ReadColumns(FilePath).ShouldBe(columns);
        ReadVersion(FilePath).ShouldBe(schema.Version);
        Prepare(FilePath, With(schema, new Migration("adds", "CREATE TABLE more (x);")));
        ReadVersion(FilePath).ShouldBe(schema.Version + 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_crash_between_two_steps_leaves_the_file_at_its_old_version(string kind)
    {
        var schema = Schemas[kind];
        Prepare(FilePath, schema);
        var columns = ReadColumns(FilePath);
        var crashed = _directory["crashed.db"];

        // A copy of the files on disk after the first new step.
        var copy = new Migration("copies", "CREATE TABLE last (x);", _ =>
        {
            File.Copy(FilePath, crashed);
            File.Copy(FilePath + "-wal", crashed + "-wal");
            return false;
        });
        Prepare(FilePath, With(schema, new Migration("adds", "CREATE TABLE more (x);"), copy));

        ReadColumns(crashed).ShouldBe(columns);
        Prepare(crashed, schema);
        ReadVersion(crashed).ShouldBe(schema.Version);
    }

    private static FileSchema With(FileSchema schema, params Migration[] steps) => schema with { Migrations = [.. schema.Migrations, .. steps] };

    private static void Prepare(string path, FileSchema schema) => new DeliveryFile(path, schema).Prepare(NullLogger.Instance);

    private static void Execute(string path, string sql)
    {
        using var connection = Open(path);
        Sql.Execute(connection, sql);
    }

    private static long ReadVersion(string path)
    {
        using var connection = Open(path);
        return FileSchema.ReadVersion(connection);
    }

    // Without their order, which depends on the steps that added them.
    private static List<string> ReadColumns(string path)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT s.type || ' ' || s.name || ' ' || coalesce(c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk, '')
            FROM sqlite_schema s LEFT JOIN pragma_table_xinfo(s.name) c
            ORDER BY 1
            """;
        var columns = new List<string>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
