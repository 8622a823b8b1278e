namespace EventGateway.Abstractions.Delivery;

/// <summary>The events that were accepted for delivery, for as long as they are retained. Safe for concurrent use.</summary>
public interface IEventLog
{
    /// <summary>Lists events, newest first, without the copies that the gateway made of them.</summary>
    /// <param name="filter">Selects the events.</param>
    /// <param name="limit">The maximum number, at least 1.</param>
    /// <param name="cursor">The <see cref="Page{T}.Next"/> of the page before. Null means the first page. An invalid cursor lists nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<Page<EventSummary>> ListAsync(EventFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// Reads events, oldest first, without the copies that the gateway made of them. Each part is small enough to be held in
    /// memory.
    /// </summary>
    /// <param name="range">Selects the events.</param>
    /// <param name="position">The <see cref="LogPart.Next"/> of the part before. Valid after a restart too. Null means from the oldest event on.</param>
    /// <param name="limit">The maximum number, at least 1.</param>
    /// <param name="bytes">The number of bytes after which no further event is read.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<LogPart> ReadAsync(LogRange range, string? position, int limit, long bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Finds an event with its deliveries and their attempts. These include the deliveries of copies that the gateway made of it,
    /// and of the same event sent before.
    /// </summary>
    /// <param name="eventId">The event's id.</param>
    /// <param name="source">The event's source. Null means any: when events of several sources share the id, the newest is found.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null when the log has none with that id.</returns>
    ValueTask<LoggedEvent?> FindAsync(string space, string eventId, string? source, CancellationToken cancellationToken);
}
