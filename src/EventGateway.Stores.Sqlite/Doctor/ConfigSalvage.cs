using System.Globalization;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>Copies the readable resources of a damaged configuration, from both ends up to the unreadable ones.</summary>
internal static class ConfigSalvage
{
    // Revisions that may have been used and are lost must not be used again.
    private const long Margin = 1000;

    /// <summary>Copies the readable rows. The damaged file stays unchanged.</summary>
    /// <param name="damaged">The damaged file.</param>
    /// <param name="target">The new file, which does not exist.</param>
    /// <param name="store">The id of the store.</param>
    /// <returns>The saved and the lost resources, in words. Null when no resource could be read.</returns>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    public static (string Saved, IReadOnlyList<string> Lost)? Run(string damaged, string target, Guid store)
    {
        var file = new DeliveryFile(target, ConfigSchema.Schema);
        file.Prepare(NullLogger.Instance);
        using var connection = file.OpenSmall();
        var lost = new List<string>();
        var saved = Copy(connection, damaged, lost);
        if (saved == 0)
        {
            lost.Clear();
            using var copy = DamagedCopy.Of(damaged, target + "-copy");
            copy.TakeHeader(target, withTables: false);
            saved = Copy(connection, copy.Path, lost);
        }

        if (saved == 0)
        {
            return null;
        }

        StoreIdentity.Write(connection, store);
        Sql.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
        return (string.Create(CultureInfo.InvariantCulture, $"{saved} resources were saved."), lost);
    }

    private static long Copy(SqliteConnection connection, string damaged, List<string> lost)
    {
        using var source = StoreIdentity.OpenUnchanged(damaged);
        Sql.Execute(connection, "BEGIN IMMEDIATE");
        var (last, complete) = CopyRows(connection, source, "ASC");
        if (!complete)
        {
            var (first, _) = CopyRows(connection, source, "DESC");
            lost.Add($"the resources between {last ?? "the first"} and {first ?? "the last"}, if there were any");
        }

        if (last is not null && !TryCopyDeletions(connection, source))
        {
            lost.Add("deletions of subscriptions that were not made yet, if there were any: what waits for these is held");
        }

        using var revise = new Statement(connection, "UPDATE state SET revision = max(?, (SELECT coalesce(max(revision), 0) FROM config) + ?)");
        var revision = ReadRevision(source);
        revise.Bind(1, revision ?? 0).Bind(2, complete && revision is not null ? 0 : Margin).Run();
        using var count = new Statement(connection, "SELECT count(*) FROM config");
        var saved = count.RunForNumber();
        Sql.Execute(connection, "COMMIT");
        return saved;
    }

    // Returns the last row that was copied, and whether all were.
    private static (string? Last, bool IsComplete) CopyRows(SqliteConnection connection, SqliteConnection source, string order)
    {
        string? last = null;
        try
        {
            using var add = new Statement(connection, "INSERT OR IGNORE INTO config (space, kind, id, revision, json) VALUES (?, ?, ?, ?, ?)");
            using var read = new Statement(
                source, $"SELECT space, kind, id, revision, json FROM config ORDER BY space {order}, kind {order}, id {order}");
            while (read.Step())
            {
                add.Bind(1, read.Text(0)).Bind(2, read.Long(1)).Bind(3, read.Text(2)).Bind(4, read.Long(3)).Bind(5, read.Blob(4)).Run();
                last = $"{read.Text(0)}/{read.Text(2)}";
            }

            return (last, true);
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception) || exception.SqliteErrorCode is SQLITE_ERROR)
        {
            return (last, false);
        }
    }

    // A file of version 1 has none.
    private static bool TryCopyDeletions(SqliteConnection connection, SqliteConnection source)
    {
        try
        {
            using var exists = new Statement(source, "SELECT count(*) FROM sqlite_schema WHERE name = 'deletions'");
            if (exists.RunForNumber() == 0)
            {
                return true;
            }

            using var add = new Statement(connection, "INSERT OR IGNORE INTO deletions (space, subscription, files) VALUES (?, ?, ?)");
            using var read = new Statement(source, "SELECT space, subscription, files FROM deletions");
            while (read.Step())
            {
                add.Bind(1, read.Text(0)).Bind(2, read.Text(1)).Bind(3, read.TextOrNull(2)).Run();
            }

            return true;
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception))
        {
            return false;
        }
    }

    private static long? ReadRevision(SqliteConnection source)
    {
        try
        {
            using var read = new Statement(source, "SELECT revision FROM state");
            return read.Step() ? read.Long(0) : null;
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception) || exception.SqliteErrorCode is SQLITE_ERROR)
        {
            return null;
        }
    }
}
