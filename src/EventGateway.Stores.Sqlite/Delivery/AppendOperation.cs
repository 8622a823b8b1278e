using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Stores events with their deliveries, all or none.</summary>
internal sealed class AppendOperation(List<StoredEvent> events, long size) : Operation(size)
{
    private readonly TaskCompletionSource<AcceptResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The events, without the duplicates that were found.</summary>
    public List<StoredEvent> Events => events;

    /// <summary>Whether events have keys, so that they may be duplicates.</summary>
    public bool HasKeys { get; private init; }

    /// <summary>The indexes of the duplicates. Null means none.</summary>
    public List<int>? Duplicates { get; set; }

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
            StoredEvent.Add(events[i], i, acceptedAt, clockAhead, keepsLog, stored);
        }

        return Of(stored);
    }

    /// <summary>Stores events.</summary>
    public static AppendOperation Of(List<StoredEvent> events)
    {
        var (size, hasKeys) = (0L, false);
        foreach (var stored in events)
        {
            hasKeys |= stored.Keys is not null;
            size += stored.Payload.Body.Length + (SqliteDelivery.OwnSize * (1 + stored.Deliveries.Count + stored.Skipped.Count));
        }

        return new AppendOperation(events, size) { HasKeys = hasKeys };
    }

    /// <summary>Answers.</summary>
    /// <param name="isStored">Whether the events are on disk.</param>
    /// <param name="forgottenKeys">How many keys its transaction has removed for lack of room.</param>
    public void Answer(bool isStored, int forgottenKeys = 0) => _answer.SetResult(
        isStored ? AcceptResult.Accepted with { Duplicates = Duplicates?.ToArray(), ForgottenKeys = forgottenKeys } : AcceptResult.Full);
}
