namespace EventGateway.Engine.Delivery.Replays;

/// <summary>Asks for logged events to be delivered to one subscription.</summary>
public sealed record ReplayRequest
{
    /// <summary>The subscription's id.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Events accepted at this time or later. Null means from the oldest event on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Events accepted before this time. Null, or a later time than now, means now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Events of these types, and of the types that families among them include. Null means the event type of the subscription.</summary>
    public IReadOnlyList<string>? EventTypes { get; init; }
}
