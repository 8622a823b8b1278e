using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Keeps the keys of events whose files are deleted before the windows end, so that a window does not depend on how long the event log is
/// kept. Called in the background.
/// </summary>
/// <param name="file">Has the table of these keys.</param>
/// <param name="capacity">The number of keys at most. The newest ones stay.</param>
/// <param name="clock">The store's clock.</param>
internal sealed class KeptEventKeys(SmallFile file, int capacity, StoreClock clock)
{
    private const string What = "Keys of events";

    /// <summary>Takes the keys of a segment whose file is about to be deleted. They are on disk when this returns.</summary>
    /// <exception cref="IOException">The keys cannot be read or stored now.</exception>
    public void Take(Segment segment)
    {
        var now = clock.Now();
        var keys = Read(segment, now);
        if (keys.Count > 0)
        {
            file.Use(What, connection => Store(connection, keys, now));
        }
    }

    /// <summary>Lists the keys. For the opening of the store.</summary>
    /// <exception cref="IOException">The keys cannot be read now.</exception>
    public IReadOnlyList<(EventKey Key, long Until)> List() => file.Use(What, connection => EventKeyRows.List(connection, clock.Now()).ToList());

    private static List<(EventKey Key, long Until)> Read(Segment segment, long now)
    {
        try
        {
            return [.. segment.ListEventKeys(now)];
        }
        catch (SqliteException exception) when (FileCheck.IsDamage(exception))
        {
            // Nothing else needs the file, so it is deleted and not repaired. Its events may be accepted again after a restart.
            return [];
        }
        catch (SqliteException exception)
        {
            throw new IOException($"{What} cannot be read now: {exception.Message}", exception);
        }
    }

    private int Store(SqliteConnection connection, List<(EventKey Key, long Until)> keys, long now)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        EventKeyRows.DeleteEnded(connection, now);
        EventKeyRows.Add(connection, keys);
        EventKeyRows.DeleteOldest(connection, capacity);
        transaction.Commit();
        return keys.Count;
    }
}
