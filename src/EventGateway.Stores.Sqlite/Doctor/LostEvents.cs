using System.Globalization;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>Finds the lost events of a file of deliveries. Events have consecutive numbers, so gaps show them.</summary>
internal static class LostEvents
{
    // The report stays readable with this many ranges and ids.
    private const int MaxListed = 20;

    /// <summary>Describes the saved and the lost rows, a line each.</summary>
    /// <param name="salvaged">The file with the saved rows.</param>
    /// <param name="damaged">The damaged file.</param>
    /// <param name="lost">The deliveries that were lost. Null when none were.</param>
    public static (string Saved, IReadOnlyList<string> Lost) Describe(string salvaged, string damaged, LostDeliveries? lost)
    {
        var lines = new List<string>();
        using var connection = StoreIdentity.OpenUnchanged(salvaged);
        var (deliveries, events) = (Number(connection, "SELECT count(*) FROM deliveries"), Number(connection, "SELECT count(*) FROM events"));
        var saved = string.Create(CultureInfo.InvariantCulture, $"{deliveries} waiting deliveries and {events} events were saved.");
        if (lost?.DescribePutBack() is { } putBack)
        {
            saved += " " + putBack;
        }

        if (lost?.DescribeUnknown() is { } unknown)
        {
            lines.Add(unknown);
        }

        var gaps = ListGaps(connection);
        if (gaps.Count == 0)
        {
            return (saved, lines);
        }

        var count = gaps.Sum(static gap => gap.Last - gap.First + 1);
        var ranges = gaps.Take(MaxListed).Select(static gap => gap.First == gap.Last
            ? gap.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{gap.First} to {gap.Last}"));
        lines.Add(string.Create(
            CultureInfo.InvariantCulture, $"{count} events, by their numbers in the file: {string.Join(", ", ranges)}{(gaps.Count > MaxListed ? ", …" : "")}"));
        var ids = ReadIds(damaged, gaps);
        if (ids.Count > 0)
        {
            lines.Add($"the ids of some of them: {string.Join(", ", ids)}{(ids.Count == MaxListed ? ", …" : "")}");
        }

        return (saved, lines);
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.RunForNumber();
    }

    private static List<(long First, long Last)> ListGaps(SqliteConnection connection)
    {
        var gaps = new List<(long, long)>();

        // A row that refers to an event shows that the event existed.
        using var read = new Statement(
            connection,
            """
            SELECT n FROM events
            UNION SELECT max(last) + 1 FROM (SELECT max(event) AS last FROM bodies UNION SELECT max(event) FROM attempts UNION SELECT max(n) FROM events)
            ORDER BY 1
            """);
        var expected = 1L;
        while (read.Step())
        {
            if (read.Long(0) > expected)
            {
                gaps.Add((expected, read.Long(0) - 1));
            }

            expected = read.Long(0) + 1;
        }

        return gaps;
    }

    // If only the bytes of an event are lost, its id can still be read.
    private static List<string> ReadIds(string damaged, List<(long First, long Last)> gaps)
    {
        var ids = new List<string>();
        try
        {
            using var connection = StoreIdentity.OpenUnchanged(damaged);
            using var read = new Statement(connection, "SELECT id FROM events WHERE n = ?");
            for (var gap = 0; gap < gaps.Count && ids.Count < MaxListed; gap++)
            {
                for (var number = gaps[gap].First; number <= gaps[gap].Last && ids.Count < MaxListed; number++)
                {
                    TryRead(read, number, ids);
                }
            }
        }
        catch (SqliteException)
        {
            // Not even the list of tables can be read.
        }

        return ids;
    }

    private static void TryRead(Statement read, long number, List<string> ids)
    {
        try
        {
            if (read.Bind(1, number).Step())
            {
                ids.Add(read.Text(0));
            }
        }
        catch (SqliteException)
        {
            // Its id is on a page that cannot be read.
        }

        read.Reset();
    }
}
