using EventGateway.Stores.Sqlite.Database;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Database;

/// <summary>A new database starts empty, even when the log of a lost one exists.</summary>
public sealed class NewDatabaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Database => _directory["a.db"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Never_applies_the_log_of_a_lost_database_and_keeps_it()
    {
        for (var lost = 1; lost <= 2; lost++)
        {
            var log = LoseDatabase($"row {lost}");

            NewDatabase.Create(Database, CreateTable);

            Rows().ShouldBeEmpty();
            File.ReadAllBytes(Database + (lost == 1 ? ".lost-wal" : ".lost-2-wal")).ShouldBe(log);
            File.Delete(Database);
        }
    }

    // Returns the log.
    private byte[] LoseDatabase(string row)
    {
        NewDatabase.Create(Database, CreateTable);
        using (var connection = StoreIdentity.OpenUnchanged(Database))
        {
            Sql.Execute(connection, $"PRAGMA query_only = OFF; INSERT INTO t (name) VALUES ('{row}');");
        }

        File.Delete(Database);
        return File.ReadAllBytes(Database + "-wal");
    }

    private List<string> Rows()
    {
        var rows = new List<string>();
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var read = new Statement(connection, "SELECT name FROM t");
        while (read.Step())
        {
            rows.Add(read.Text(0));
        }

        return rows;
    }

    private static void CreateTable(SqliteConnection connection) => Sql.Execute(connection, "CREATE TABLE t (name TEXT)");
}
