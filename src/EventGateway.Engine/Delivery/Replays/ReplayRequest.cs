namespace EventGateway.Engine.Delivery.Replays;

/// <summary>Asks for logged events to be delivered to one subscription.</summary>
public sealed record ReplayRequest
{
    /// <summary>The subscription's id.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Events accepted at this time or later. Not set: as far back as the log goes.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Events accepted before this time. Not set, or later than now: those accepted before the replay was asked for.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Events of these types. Not set: of the subscription's own type.</summary>
    public IReadOnlyList<string>? EventTypes { get; init; }
}
