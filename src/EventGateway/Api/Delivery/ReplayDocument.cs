using EventGateway.Abstractions.Delivery;

namespace EventGateway.Api.Delivery;

/// <summary>A replay of logged events to one subscription.</summary>
public sealed record ReplayDocument
{
    /// <summary>The replay's id; the events that it brings carry it as the extension attribute replayid.</summary>
    public required string ReplayId { get; init; }

    /// <summary>The subscription that the events are delivered to.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Events accepted at this time or later. Not set: as far back as the log goes.</summary>
    public DateTime? From { get; init; }

    /// <summary>Events accepted before this time.</summary>
    public required DateTime To { get; init; }

    /// <summary>The types of the events.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>How it stands.</summary>
    public required string State { get; init; }

    /// <summary>How many events were stored for delivery so far.</summary>
    public required long Replayed { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Why it failed. Not set: it did not.</summary>
    public string? Error { get; init; }

    internal static ReplayDocument Of(Replay replay) => new()
    {
        ReplayId = replay.Id,
        SubscriptionId = replay.Subscription.SubscriptionId,
        From = replay.From?.UtcDateTime,
        To = replay.To.UtcDateTime,
        EventTypes = replay.EventTypes,
        State = OutcomeNames.Of(replay.State),
        Replayed = replay.Replayed,
        CreatedAt = replay.CreatedAt.UtcDateTime,
        Error = replay.Error,
    };
}
