namespace EventGateway.Abstractions.Delivery;

/// <summary>The state of a replay.</summary>
public sealed record Replay
{
    /// <summary>The id. Replayed events carry it as the extension attribute <c>replayid</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The subscription that the events are delivered to.</summary>
    public required SubscriptionKey Subscription { get; init; }

    /// <summary>Events accepted at this time or later. Null means from the oldest event on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Events accepted before this time.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The types of the events, at least one. A family stands for the types that it includes.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it runs or has ended.</summary>
    public ReplayState State { get; init; }

    /// <summary>How many events were stored for delivery so far. Their deliveries may still wait.</summary>
    public long Replayed { get; init; }

    /// <summary>The position in the log to continue from. Null means the beginning of the range.</summary>
    public string? Position { get; init; }

    /// <summary>Why it failed. Null when it did not.</summary>
    public string? Error { get; init; }
}
