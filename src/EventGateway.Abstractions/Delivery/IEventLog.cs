namespace EventGateway.Abstractions.Delivery;

/// <summary>The events that were accepted for delivery, for as long as they are retained. Safe for concurrent use.</summary>
public interface IEventLog
{
    /// <summary>Lists events, those accepted last first. Copies that the gateway made of events are left out.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="limit">How many at most; 1 at least.</param>
    /// <param name="cursor">From <see cref="Page{T}.Next"/> of the part before. Not set: the first part. One that is no cursor lists nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<Page<EventSummary>> ListAsync(EventFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// Reads events, those accepted first first. Copies that the gateway made of events are left out. Each part is small enough
    /// to be held in memory.
    /// </summary>
    /// <param name="range">Which ones.</param>
    /// <param name="position">From <see cref="LogPart.Next"/> of the part before; it stays good after a restart. Not set: from the oldest event on.</param>
    /// <param name="limit">How many at most; 1 at least.</param>
    /// <param name="bytes">From how many bytes on to read no further event.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<LogPart> ReadAsync(LogRange range, string? position, int limit, long bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Finds an event with its deliveries and their attempts, those of copies that the gateway made of it included, and those
    /// of the same event sent before.
    /// </summary>
    /// <param name="space">The space.</param>
    /// <param name="eventId">The event's id. Of several that share it, from different sources, the one accepted last is found.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The event. Not set: the log has none of that id.</returns>
    ValueTask<LoggedEvent?> FindAsync(string space, string eventId, CancellationToken cancellationToken);
}
