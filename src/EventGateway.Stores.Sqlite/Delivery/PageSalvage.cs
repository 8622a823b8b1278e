using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Adds the rows of readable pages below damaged pages to a salvaged file of deliveries. A damaged page near the root of a
/// table hides thousands of rows. The types of the columns show to which table a row belongs.
/// </summary>
internal sealed class PageSalvage : IDisposable
{
    private readonly Statement _addSubscription;
    private readonly Statement _addEvent;
    private readonly Statement _addBody;
    private readonly Statement _addDelivery;

    private PageSalvage(SqliteConnection connection)
    {
        _addSubscription = new Statement(connection, "INSERT OR IGNORE INTO subscriptions (n, space, subscription, function) VALUES (?, ?, ?, ?)");
        _addEvent = new Statement(
            connection,
            "INSERT OR IGNORE INTO events (n, space, id, type, source, time, accepted, format, cause, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _addBody = new Statement(connection, "INSERT OR IGNORE INTO bodies (event, body) VALUES (?, ?)");
        _addDelivery = new Statement(connection, "INSERT OR IGNORE INTO deliveries (subscription, due, n, event, attempts) VALUES (?, ?, ?, ?, ?)");
    }

    /// <summary>Adds the rows.</summary>
    /// <param name="damaged">The damaged file, or a copy of it, with the content of its log.</param>
    /// <param name="salvaged">The file with the rows saved so far. Deliveries may have lost their events.</param>
    /// <exception cref="SqliteException">The disk is full or fails.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void Run(string damaged, SqliteConnection salvaged)
    {
        Sql.Execute(salvaged, "BEGIN IMMEDIATE");
        using (var pages = new PageReader(damaged, (int)FileCheck.PageBytes))
        using (var salvage = new PageSalvage(salvaged))
        {
            foreach (var row in pages.ReadRows())
            {
                salvage.Add(row);
            }
        }

        // Without the list of free pages, a free page looks like any other. Its rows were deleted, so they must not be restored.
        Sql.Execute(
            salvaged,
            $"""
            DELETE FROM deliveries WHERE EXISTS (
                SELECT 1 FROM attempts a
                WHERE a.event = deliveries.event AND a.subscription = deliveries.subscription AND a.fate <> {(int)DeliveryFate.Retried});
            COMMIT;
            """);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _addSubscription.Dispose();
        _addEvent.Dispose();
        _addBody.Dispose();
        _addDelivery.Dispose();
    }

    private void Add(PageRow row)
    {
        switch (row)
        {
            case (null, [long subscription, long due, long n, long number, long attempts]):
                _addDelivery.Bind(1, subscription).Bind(2, due).Bind(3, n).Bind(4, number).Bind(5, attempts).Run();
                break;
            case ({ } number, [null, byte[] { Length: > 0 } body]):
                _addBody.Bind(1, number).Bind(2, body).Run();
                break;
            case ({ } number, [null, string space, string subscription, string function]):
                _addSubscription.Bind(1, number).Bind(2, space).Bind(3, subscription).Bind(4, function).Run();
                break;
            case ({ } number, [null, string space, string id, string type, string source, null or string, long accepted, long format, .. var newer])
                when newer.Length <= 2 && newer.All(static value => value is null or long):
                _addEvent.Bind(1, number).Bind(2, space).Bind(3, id).Bind(4, type).Bind(5, source).Bind(6, row.Values[5] as string)
                    .Bind(7, accepted).Bind(8, format).Bind(9, newer.Length > 0 && newer[0] is long cause ? cause : 0L)
                    .Bind(10, newer.Length > 1 ? newer[1] as long? : null).Run();
                break;
        }
    }
}
