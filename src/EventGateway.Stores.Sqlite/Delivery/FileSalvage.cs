using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Copies the readable part of a damaged file into a new file, which then replaces it.</summary>
internal static class FileSalvage
{
    // Numbers of subscriptions that may have been used and are lost must not be used again.
    private const long Margin = 10_000;

    /// <summary>Copies the readable rows. The damaged file stays unchanged.</summary>
    /// <param name="damaged">The damaged file, which nothing else has open.</param>
    /// <param name="target">The new file, which does not exist. It is on disk, without a write-ahead log, when this returns.</param>
    /// <param name="store">The id of the store.</param>
    /// <param name="known">Subscriptions that are known to have numbers in the file.</param>
    /// <param name="keepsLog">Whether events and attempts are kept after the last delivery. Null means that the content of the file decides.</param>
    /// <param name="logger">Receives lines of migrations.</param>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static SalvageResult Run(
        DeliveryFile damaged, string target, Guid store, IReadOnlyCollection<(SubscriptionKey Subscription, long Number)> known,
        bool? keepsLog, ILogger logger)
    {
        var file = new DeliveryFile(target, damaged.Schema);
        file.Prepare(logger);
        using var connection = file.OpenWriter();
        sqlite3_db_config(connection.Handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        var isComplete = Copy(connection, damaged.Path, whole);
        if (isComplete is not true)
        {
            isComplete = CopyMore(connection, damaged, target, isComplete, whole);
        }

        var result = new SalvageResult(IsComplete: isComplete is true);
        Sql.Execute(connection, "BEGIN IMMEDIATE");
        if (damaged.Schema == SegmentSchema.Schema)
        {
            AddSubscriptions(connection, known, result.IsComplete);
            result = CountDeliveries(connection, result);
            result = FindLost(connection, result, whole, keepsLog);
        }
        else if (damaged.Schema == DeadLetterSchema.Schema)
        {
            result = CountDeadLetters(connection, result);
        }

        Sql.Execute(connection, "COMMIT");
        StoreIdentity.Write(connection, store);

        // Leaves one file, with all of it on disk.
        Sql.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
        return result;
    }

    // The first page has the header and the list of tables. If one of them is lost, a copy of the damaged file gets that of the
    // new file. At last, pages are read that no page leads to.
    private static bool? CopyMore(SqliteConnection connection, DeliveryFile damaged, string target, bool? isComplete, HashSet<string> whole)
    {
        Sql.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
        using var copy = DamagedCopy.Of(damaged.Path, target + "-copy");
        if (isComplete is null || FileCheck.FindDamagedHeader(copy.Path) is not null)
        {
            copy.TakeHeader(target, withTables: false);
            isComplete = Copy(connection, copy.Path, whole) ?? isComplete;
        }

        var rowsAreComplete = isComplete;
        if (isComplete is null)
        {
            // Only tables that are in the same place in both files can be read.
            copy.TakeHeader(target, withTables: true);
            rowsAreComplete = Copy(connection, copy.Path, []);
            isComplete = rowsAreComplete is null ? null : false;
        }

        if (rowsAreComplete is not true && damaged.Schema == SegmentSchema.Schema)
        {
            copy.ApplyLog();
            PageSalvage.Run(copy.Path, connection);
        }

        return isComplete;
    }

    // Returns whether everything could be read, or null when the list of tables cannot be read. Adds the complete tables.
    private static bool? Copy(SqliteConnection connection, string damaged, HashSet<string> whole)
    {
        using var from = TryOpen(damaged, out var there);
        if (from is null)
        {
            return null;
        }

        // The copies of subscriptions are written with the subscriptions, and files of older versions have none.
        var tables = ListTables(connection);
        tables.Remove(SegmentSchema.SubscriptionCopies);
        var copy = new TableCopy(from, connection);
        Sql.Execute(connection, "BEGIN IMMEDIATE");
        foreach (var table in tables.Where(there.Contains))
        {
            if (copy.Run(table))
            {
                whole.Add(table);
            }
        }

        Sql.Execute(connection, "COMMIT");
        return copy.IsComplete && tables.All(there.Contains);
    }

    // The number of a lost subscription must not be used for another one, which would get its deliveries and attempts. A row
    // without a subscription reserves the numbers up to its own.
    private static void AddSubscriptions(
        SqliteConnection connection, IReadOnlyCollection<(SubscriptionKey Subscription, long Number)> known, bool isComplete)
    {
        using var add = new Statement(connection, "INSERT OR IGNORE INTO subscriptions (n, space, subscription, function) VALUES (?, ?, ?, ?)");
        foreach (var (subscription, number) in known)
        {
            add.Bind(1, number).Bind(2, subscription.Space).Bind(3, subscription.SubscriptionId).Bind(4, subscription.FunctionId).Run();
        }

        var last = Number(connection, "SELECT max(n) FROM subscriptions");
        var used = Number(
            connection, "SELECT max(n) FROM (SELECT max(subscription) AS n FROM deliveries UNION ALL SELECT max(subscription) FROM attempts)");
        if (!isComplete || used > last)
        {
            add.Bind(1, Math.Min(Math.Max(last, used), long.MaxValue / 2) + Margin).Bind(2, "").Bind(3, "").Bind(4, "").Run();
        }
    }

    private static SqliteConnection? TryOpen(string damaged, out List<string> tables)
    {
        tables = [];
        SqliteConnection? connection = null;
        try
        {
            connection = StoreIdentity.OpenUnchanged(damaged);
            Sql.Execute(connection, "PRAGMA cell_size_check = ON;");
            tables = ListTables(connection);
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception) || exception.SqliteErrorCode is SQLITE_ERROR)
        {
            // The statements never change, so an error in one means that the header describes another format.
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
        };
    }

    // Without a log, delivered events have no attempts, and look like events whose deliveries are lost.
    private static SalvageResult FindLost(SqliteConnection connection, SalvageResult result, HashSet<string> whole, bool? keepsLog)
    {
        if (result.IsComplete || whole.Contains("deliveries"))
        {
            return result;
        }

        var isCertain = (keepsLog ?? Number(connection, "SELECT EXISTS (SELECT 1 FROM attempts)") > 0)
            && whole.Contains("attempts") && whole.Contains("subscriptions");
        var found = LostDeliveries.Find(connection, isCertain);
        return result with { Deliveries = result.Deliveries + found.PutBack, LostDeliveries = found };
    }

    // Numbers of lost dead letters must not be used again.
    private static SalvageResult CountDeadLetters(SqliteConnection connection, SalvageResult result)
    {
        if (!result.IsComplete)
        {
            Sql.Execute(connection, "UPDATE sqlite_sequence SET seq = seq + 10000 WHERE name = 'dead_letters'");
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
