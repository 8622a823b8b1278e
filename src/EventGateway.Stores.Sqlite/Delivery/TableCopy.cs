using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Copies the readable rows of tables, row by row from both ends. Rows between two unreadable places are found by halving. Each
/// file has its own connection, because an error in one must not end the transaction of the other.
/// </summary>
/// <param name="from">The damaged file.</param>
/// <param name="to">The new file, with a transaction.</param>
internal sealed class TableCopy(SqliteConnection from, SqliteConnection to)
{
    // How often a range is halved while none of it can be read.
    private const int MaxEmptySplits = 10;

    // When the last due time cannot be read, retries are assumed to be due within a week. In microseconds.
    private const long FarAhead = 7L * 24 * 3600 * 1_000_000;

    // How many rows a page has at most.
    private const int RowsPerPage = 400;

    /// <summary>Whether all rows of all tables could be read.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Copies the rows of a table.</summary>
    /// <returns>Whether all of them could be read.</returns>
    public bool Run(string table)
    {
        var before = IsComplete;
        IsComplete = true;
        CopyTable(table);
        var isWhole = IsComplete;
        IsComplete = before && isWhole;
        return isWhole;
    }

    private void CopyTable(string table)
    {
        switch (table)
        {
            case "subscriptions":
                CopySubscriptions();
                break;
            case "events" or "dead_letters" or EventKeyRows.Table:
                Copy(table, "n", "", 0, LastRow());
                break;
            case "bodies" or "attempts":
                Copy(table, "event", "", 0, LastRow());
                break;
            case "deliveries":
                // Sorted by subscription and time. Most are due soon after their events were accepted.
                var (first, last) = (Number(to, "SELECT min(accepted) FROM events"), Number(to, "SELECT max(accepted) FROM events") + FarAhead);
                foreach (var number in ListSubscriptions())
                {
                    Copy(table, "due", $"subscription = {number} AND ", first, last);
                }

                break;
            default:
                // These tables have few rows without such a key, and a new file already has some of them.
                Copy(table, "1", "", 0, 0, "REPLACE");
                break;
        }
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.RunForNumber();
    }

    private static List<string> ListColumns(SqliteConnection connection, string table)
    {
        var names = new List<string>();
        using var list = new Statement(connection, $"SELECT name FROM pragma_table_info('{table}')");
        while (list.Step())
        {
            names.Add(list.Text(0));
        }

        return names;
    }

    private long LastRow() => Number(from, "PRAGMA page_count") * RowsPerPage;

    // Each row is in two tables, so one readable table is enough.
    private void CopySubscriptions()
    {
        Copy("subscriptions", "n", "", 0, LastRow());
        if (ListColumns(from, SegmentSchema.SubscriptionCopies).Count == 0)
        {
            return;
        }

        var first = IsComplete;
        IsComplete = true;
        Copy(SegmentSchema.SubscriptionCopies, "n", "", 0, LastRow(), into: "subscriptions");
        IsComplete = first || IsComplete;
    }

    // The known subscriptions, and unknown ones that have deliveries. These deliveries count as lost.
    private SortedSet<long> ListSubscriptions()
    {
        var numbers = new SortedSet<long>();
        using (var list = new Statement(to, "SELECT n FROM subscriptions"))
        {
            while (list.Step())
            {
                numbers.Add(list.Long(0));
            }
        }

        AddNext("SELECT min(subscription) FROM deliveries WHERE subscription > ?", long.MinValue, numbers);
        AddNext("SELECT max(subscription) FROM deliveries WHERE subscription < ?", long.MaxValue, numbers);
        return numbers;
    }

    // Skips from one subscription to the next, up to the first page that cannot be read.
    private void AddNext(string sql, long start, SortedSet<long> numbers)
    {
        using var read = new Statement(from, sql);
        try
        {
            var (last, isUp) = (start, start == long.MinValue);
            while (read.Bind(1, last).Step() && !read.IsNull(0))
            {
                var next = read.Long(0);
                read.Reset();

                // Rows of a damaged page may be in any order.
                if (isUp ? next <= last : next >= last)
                {
                    IsComplete = false;
                    return;
                }

                numbers.Add(next);
                last = next;
            }
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception))
        {
            IsComplete = false;
        }
    }

    // The bounds limit the search when the keys at an end cannot be read.
    private void Copy(string table, string key, string condition, long first, long last, string otherwise = "IGNORE", string? into = null)
    {
        // The damaged file may be of an older version.
        string[] columns = [.. ListColumns(from, table).Intersect(ListColumns(to, into ?? table), StringComparer.Ordinal)];
        var names = string.Join(", ", columns);
        var select = $"SELECT {key}, {names} FROM {table} WHERE {condition}{key} BETWEEN ?1 AND ?2 ORDER BY {key}";
        using var up = new Statement(from, select);
        using var down = new Statement(from, select + " DESC");
        using var insert = new Statement(
            to, $"INSERT OR {otherwise} INTO {into ?? table} ({names}) VALUES ({string.Join(", ", columns.Select(static _ => "?"))})");
        var rows = new Rows(up, down, insert, columns.Length);
        if (TryCopy(rows, up, long.MinValue, long.MaxValue, out var lower))
        {
            return;
        }

        IsComplete = false;
        if (!TryCopy(rows, down, lower ?? long.MinValue, long.MaxValue, out var upper))
        {
            CopyBetween(rows, lower ?? first, upper ?? last, MaxEmptySplits);
        }
    }

    private void CopyBetween(Rows rows, long lower, long upper, int emptySplitsLeft)
    {
        if (upper - lower < 2 || emptySplitsLeft == 0)
        {
            return;
        }

        var middle = lower + ((upper - lower) / 2);
        if (!TryCopy(rows, rows.Down, lower, middle, out var below))
        {
            CopyBetween(rows, lower, below ?? middle, below is null ? emptySplitsLeft - 1 : MaxEmptySplits);
        }

        if (!TryCopy(rows, rows.Up, middle, upper, out var above))
        {
            CopyBetween(rows, above ?? middle, upper, above is null ? emptySplitsLeft - 1 : MaxEmptySplits);
        }
    }

    // Copies rows until one cannot be read. The last key is that of the last row that was copied; null when there was none.
    private bool TryCopy(Rows rows, Statement read, long lower, long upper, out long? last)
    {
        last = null;
        try
        {
            read.Bind(1, lower).Bind(2, upper);
            while (read.Step())
            {
                last = read.Long(0);
                Insert(rows, read);
            }

            return true;
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception))
        {
            return false;
        }
    }

    private void Insert(Rows rows, Statement read)
    {
        for (var column = 1; column <= rows.Columns; column++)
        {
            read.CopyTo(column, rows.Insert, column);
        }

        try
        {
            rows.Insert.Run();
        }
        catch (SqliteException exception) when (FileCheck.IsUnreadable(exception))
        {
            // The row belongs to another table.
            IsComplete = false;
        }
    }

    private readonly record struct Rows(Statement Up, Statement Down, Statement Insert, int Columns);
}
