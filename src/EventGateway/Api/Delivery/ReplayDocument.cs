using EventGateway.Abstractions.Delivery;

namespace EventGateway.Api.Delivery;

/// <summary>A replay of logged events to one subscription.</summary>
internal sealed record ReplayDocument
{
    /// <summary>The replay's id. The replayed events carry it as the extension attribute replayid.</summary>
    public required string ReplayId { get; init; }

    /// <summary>The subscription that the events are delivered to.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Replays events accepted at this time or later. Null when there is no limit.</summary>
    public DateTime? From { get; init; }

    /// <summary>Replays events accepted before this time.</summary>
    public required DateTime To { get; init; }

    /// <summary>Replays events of these types.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>The state of the replay.</summary>
    public required string State { get; init; }

    /// <summary>The number of events stored for delivery so far.</summary>
    public required long Replayed { get; init; }

    /// <summary>When the replay was created.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Why the replay failed. Null when it did not fail.</summary>
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
