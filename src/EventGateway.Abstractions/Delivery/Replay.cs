namespace EventGateway.Abstractions.Delivery;

/// <summary>A replay as it stands at a moment.</summary>
public sealed record Replay
{
    /// <summary>Its id; the events that it brings carry it as the extension attribute <c>replayid</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The subscription that the events are delivered to.</summary>
    public required SubscriptionKey Subscription { get; init; }

    /// <summary>Events accepted at this time or later. Not set: as far back as the log goes.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Events accepted before this time.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The types of the events, at least one.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How it stands.</summary>
    public ReplayState State { get; init; }

    /// <summary>How many events were stored for delivery so far. The deliveries themselves may be still to come.</summary>
    public long Replayed { get; init; }

    /// <summary>The position in the log where it goes on. Not set: at the beginning of its range.</summary>
    public string? Position { get; init; }

    /// <summary>Why it failed. Not set: it did not.</summary>
    public string? Error { get; init; }
}
