using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Reads and writes the rows of keys of events.</summary>
internal static class EventKeyRows
{
    /// <summary>The name of the table.</summary>
    public const string Table = "event_keys";

    /// <summary>Lists the keys whose windows have not ended.</summary>
    /// <param name="now">The store's time.</param>
    /// <returns>Each key with the end of its window, in the store's time.</returns>
    /// <exception cref="SqliteException">The file cannot be read now.</exception>
    public static IEnumerable<(EventKey Key, long Until)> List(SqliteConnection connection, long now)
    {
        using var read = new Statement(connection, $"SELECT key, until FROM {Table} WHERE until > ? ORDER BY n").Bind(1, now);
        while (read.Step())
        {
            // Damage may leave a row with other bytes.
            if (read.Length(0) == EventKey.Bytes)
            {
                yield return (EventKey.Read(read.Blob(0)), read.Long(1));
            }
        }
    }

    /// <summary>Prepares a statement for <see cref="Add(Statement, EventKey, long)"/>.</summary>
    public static Statement PrepareAdd(SqliteConnection connection) => new(connection, $"INSERT INTO {Table} (key, until) VALUES (?, ?)");

    /// <summary>Adds a key.</summary>
    /// <param name="add">The prepared statement.</param>
    /// <param name="until">When its window ends, in the store's time.</param>
    public static void Add(Statement add, EventKey key, long until)
    {
        Span<byte> bytes = stackalloc byte[EventKey.Bytes];
        key.Write(bytes);
        add.Bind(1, bytes).Bind(2, until).Run();
    }

    /// <summary>Adds keys.</summary>
    public static void Add(SqliteConnection connection, IEnumerable<(EventKey Key, long Until)> keys)
    {
        using var add = PrepareAdd(connection);
        foreach (var (key, until) in keys)
        {
            Add(add, key, until);
        }
    }

    /// <summary>Deletes the keys whose windows have ended.</summary>
    /// <param name="now">The store's time.</param>
    public static void DeleteEnded(SqliteConnection connection, long now)
    {
        using var delete = new Statement(connection, $"DELETE FROM {Table} WHERE until <= ?").Bind(1, now);
        delete.Run();
    }

    /// <summary>Deletes the oldest keys.</summary>
    /// <param name="left">How many keys stay at most.</param>
    public static void DeleteOldest(SqliteConnection connection, int left)
    {
        using var delete = new Statement(connection, $"DELETE FROM {Table} WHERE n <= (SELECT max(n) FROM {Table}) - ?").Bind(1, left);
        delete.Run();
    }
}
