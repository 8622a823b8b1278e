namespace EventGateway.Core.Delivery;

/// <summary>The events that were accepted for delivery, for as long as they are retained. Safe for concurrent use.</summary>
public interface IEventLog
{
    /// <summary>Lists events, those accepted last first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="limit">How many at most; 1 at least.</param>
    /// <param name="cursor">From <see cref="Page{T}.Next"/> of the part before. Not set: the first part. One that is no cursor lists nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<Page<EventSummary>> ListAsync(EventFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Finds an event with its deliveries and their attempts.</summary>
    /// <param name="space">The space.</param>
    /// <param name="eventId">The event's id. Of several that share it, from different sources, the one accepted last is found.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The event. Not set: the log has none of that id.</returns>
    ValueTask<LoggedEvent?> FindAsync(string space, string eventId, CancellationToken cancellationToken);
}
