using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Stores events with their deliveries, all or none.</summary>
internal sealed class AppendOperation(List<StoredEvent> events, long size) : Operation(size)
{
    private readonly TaskCompletionSource<AcceptResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The events.</summary>
    public List<StoredEvent> Events => events;

    /// <summary>Completes when the events are on disk, or were refused.</summary>
    public Task<AcceptResult> Answered => _answer.Task;

    /// <summary>Encodes events for the store.</summary>
    /// <param name="acceptedAt">When they were accepted, by the wall clock.</param>
    /// <param name="clockAhead">How far that is ahead of the steady clock.</param>
    /// <param name="keepsLog">Whether skipped subscriptions are noted.</param>
    public static AppendOperation Of(IReadOnlyList<EventDeliveries> events, DateTimeOffset acceptedAt, TimeSpan clockAhead, bool keepsLog)
    {
        var stored = new List<StoredEvent>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            StoredEvent.Add(events[i], acceptedAt, clockAhead, keepsLog, stored);
        }

        return Of(stored);
    }

    /// <summary>Stores events.</summary>
    public static AppendOperation Of(List<StoredEvent> events)
    {
        var size = 0L;
        foreach (var stored in events)
        {
            size += stored.Payload.Body.Length + (SqliteDelivery.OwnSize * (1 + stored.Deliveries.Count + stored.Skipped.Count));
        }

        return new AppendOperation(events, size);
    }

    /// <summary>Answers.</summary>
    public void Answer(AcceptResult result) => _answer.SetResult(result);
}
