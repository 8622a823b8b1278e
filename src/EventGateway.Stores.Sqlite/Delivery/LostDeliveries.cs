using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Finds the events of a salvaged file whose waiting deliveries could not be read. Makes deliveries wait again when their
/// subscription is certain.
/// </summary>
/// <param name="PutBack">How many deliveries wait again.</param>
/// <param name="Unknown">How many events have neither a readable waiting delivery nor a readable attempt.</param>
/// <param name="Ids">The ids of the first of these events.</param>
internal sealed record LostDeliveries(long PutBack, long Unknown, IReadOnlyList<string> Ids)
{
    // A log line stays readable with this many ids.
    private const int MaxIds = 20;

    private const string WithoutRecord = "n NOT IN (SELECT event FROM deliveries) AND n NOT IN (SELECT event FROM attempts)";

    /// <summary>Finds them.</summary>
    /// <param name="connection">The file with the saved rows, in a transaction.</param>
    /// <param name="isCertain">
    /// Whether an event without an attempt was certainly not delivered: the log is kept, and all attempts and subscriptions
    /// could be read.
    /// </param>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    public static LostDeliveries Find(SqliteConnection connection, bool isCertain)
    {
        // Deliveries whose last attempt asks for a retry wait again. With max(), SQLite takes the other columns from that row.
        var putBack = PutBackRows(
            connection,
            $"""
            SELECT a.subscription, e.accepted, a.event, count(*) AS attempts
            FROM attempts a JOIN events e ON e.n = a.event
            WHERE a.subscription IN (SELECT n FROM subscriptions) AND (a.event, a.subscription) NOT IN (SELECT event, subscription FROM deliveries)
            GROUP BY a.event, a.subscription HAVING a.fate = {(int)DeliveryFate.Retried} AND max(a.n) IS NOT NULL
            """);
        if (isCertain)
        {
            putBack += PutBackRows(
                connection,
                $"""
                SELECT s.subscription, e.accepted, e.n AS event, 0 AS attempts
                FROM (SELECT space, max(n) AS subscription FROM subscriptions GROUP BY space HAVING count(*) = 1) s
                JOIN events e ON e.space = s.space WHERE {WithoutRecord}
                """);
        }

        using var count = new Statement(connection, $"SELECT count(*) FROM events WHERE {WithoutRecord}");
        var unknown = count.RunForNumber();
        var ids = new List<string>();
        using var read = new Statement(connection, $"SELECT id FROM events WHERE {WithoutRecord} ORDER BY n LIMIT {MaxIds}");
        while (read.Step())
        {
            ids.Add(read.Text(0));
        }

        return new LostDeliveries(putBack, unknown, ids);
    }

    /// <summary>Describes the deliveries that wait again. Null when there are none.</summary>
    public string? DescribePutBack() => PutBack == 0 ? null
        : $"{PutBack} lost deliveries wait again, because no record says that they ended.";

    /// <summary>Describes the events that may have lost their deliveries. Null when none are known.</summary>
    public string? DescribeUnknown() => Unknown == 0 ? null
        : $"The state of {Unknown} events is unknown: neither a waiting delivery nor an attempt could be read. A replay delivers them again. "
            + $"Their ids: {string.Join(", ", Ids)}{(Unknown > Ids.Count ? ", …" : "")}";

    // The clock gives larger numbers than these (see StoreClock), so each row of a file has a number of its own.
    private static int PutBackRows(SqliteConnection connection, string select)
    {
        using var last = new Statement(
            connection,
            $"SELECT max(n) FROM (SELECT n FROM deliveries UNION ALL SELECT n FROM attempts) WHERE n < {1L << SqliteDeliveryStore.BitsOfNumber}");
        using var add = new Statement(
            connection,
            $"""
            INSERT INTO deliveries (subscription, due, n, event, attempts)
            SELECT subscription, accepted, {last.RunForNumber()} + row_number() OVER (ORDER BY event), event, attempts FROM ({select})
            """);
        return add.RunAndCount();
    }
}
