using System.Buffers.Binary;
using EventGateway.Sqlite.Internal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using static SQLitePCL.raw;

namespace EventGateway.Sqlite.Delivery;

/// <summary>Copies what can be read of a damaged file into a new one, which then takes its place.</summary>
internal static class FileSalvage
{
    /// <summary>Copies what can be read. The damaged file stays as it is.</summary>
    /// <param name="damaged">The damaged file, which nothing else has open.</param>
    /// <param name="target">The new file, which does not exist. It is on disk, without a write-ahead log, when this returns.</param>
    /// <param name="schema">The kind of file.</param>
    /// <param name="store">The id of the store.</param>
    /// <param name="logger">Receives lines of migrations.</param>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    public static SalvageResult Run(string damaged, string target, FileSchema schema, Guid store, ILogger logger)
    {
        var file = new DeliveryFile(target, schema);
        file.Prepare(logger);
        using var connection = file.OpenWriter();
        sqlite3_db_config(connection.Handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        var result = Copy(connection, damaged) ?? CopyWithHead(connection, damaged, target) ?? default;
        StoreIdentity.Write(connection, store);

        // Leaves one file, with all of it on disk.
        ConfigDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
        return result;
    }

    // The first page has the list of tables. When it is lost, that of the new file, which has the same ones, takes its place
    // in a copy of the damaged file.
    private static SalvageResult? CopyWithHead(SqliteConnection connection, string damaged, string target)
    {
        var patched = target + "-head";
        try
        {
            ConfigDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
            File.Copy(damaged, patched, overwrite: true);
            if (File.Exists(damaged + "-wal"))
            {
                File.Copy(damaged + "-wal", patched + "-wal", overwrite: true);
            }

            using (var file = File.Open(patched, FileMode.Open, FileAccess.ReadWrite))
            {
                var head = new byte[Period.PageBytes];
                using (var fresh = File.Open(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
                {
                    fresh.ReadExactly(head);
                }

                // https://www.sqlite.org/fileformat.html#the_database_header
                BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(28), (uint)(file.Length / Period.PageBytes));
                head.AsSpan(24, 4).CopyTo(head.AsSpan(92));
                file.Write(head);
            }

            return Copy(connection, patched) is { } result ? result with { IsComplete = false } : null;
        }
        finally
        {
            File.Delete(patched);
            File.Delete(patched + "-wal");
            File.Delete(patched + "-shm");
        }
    }

    // Returns null when not even the list of tables can be read.
    private static SalvageResult? Copy(SqliteConnection connection, string damaged)
    {
        using var from = TryOpen(damaged, out var there);
        if (from is null)
        {
            return null;
        }

        // The copies of subscriptions are written with the subscriptions, and files of older versions have none.
        var tables = ListTables(connection);
        tables.Remove(PeriodSchema.SubscriptionCopies);
        var copy = new TableCopy(from, connection);
        ConfigDatabase.Execute(connection, "BEGIN IMMEDIATE");
        foreach (var table in tables.Where(there.Contains))
        {
            copy.Run(table);
        }

        var result = new SalvageResult(IsComplete: copy.IsComplete && tables.All(there.Contains));
        if (tables.Contains("deliveries"))
        {
            result = CountDeliveries(connection, result);
        }
        else if (tables.Contains("dead_letters"))
        {
            result = CountDeadLetters(connection, result);
        }

        ConfigDatabase.Execute(connection, "COMMIT");
        return result;
    }

    private static SqliteConnection? TryOpen(string damaged, out List<string> tables)
    {
        tables = [];
        SqliteConnection? connection = null;
        try
        {
            connection = StoreIdentity.OpenUnchanged(damaged);
            ConfigDatabase.Execute(connection, "PRAGMA cell_size_check = ON;");
            tables = ListTables(connection);
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception))
        {
        }

        if (tables.Count == 0)
        {
            connection?.Dispose();
            return null;
        }

        return connection;
    }

    // A delivery without its event, or without its subscription, cannot be made.
    private static SalvageResult CountDeliveries(SqliteConnection connection, SalvageResult result)
    {
        using var drop = new Statement(
            connection,
            """
            DELETE FROM deliveries WHERE subscription NOT IN (SELECT n FROM subscriptions)
                OR event NOT IN (SELECT n FROM events) OR event NOT IN (SELECT event FROM bodies)
            """);
        var lost = drop.RunAndCount();
        using var dropEvents = new Statement(connection, "DELETE FROM events WHERE n NOT IN (SELECT event FROM bodies)");
        dropEvents.Run();
        return result with
        {
            Deliveries = Number(connection, "SELECT count(*) FROM deliveries"),
            Lost = lost,

            // The rows that said what became of them are gone. Where no log is kept, those that were delivered have none.
            Unknown = result.IsComplete ? 0 : Number(
                connection,
                """
                SELECT count(*) FROM events WHERE n NOT IN (SELECT event FROM attempts) AND n NOT IN (SELECT event FROM deliveries)
                """),
        };
    }

    // Numbers of letters that are lost are not given again.
    private static SalvageResult CountDeadLetters(SqliteConnection connection, SalvageResult result)
    {
        if (!result.IsComplete)
        {
            ConfigDatabase.Execute(connection, "UPDATE sqlite_sequence SET seq = seq + 10000 WHERE name = 'dead_letters'");
        }

        return result with { DeadLetters = Number(connection, "SELECT count(*) FROM dead_letters") };
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.RunForNumber();
    }

    private static List<string> ListTables(SqliteConnection connection)
    {
        var tables = new List<string>();
        using var list = new Statement(
            connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'identity' ORDER BY rowid");
        while (list.Step())
        {
            tables.Add(list.Text(0));
        }

        return tables;
    }
}
