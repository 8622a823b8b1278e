namespace EventGateway.Abstractions.Delivery;

/// <summary>An event of the log with all that became of it.</summary>
public sealed record LoggedEvent : EventSummary
{
    /// <summary>The event, structured JSON of its own spec version.</summary>
    public required ReadOnlyMemory<byte> Event { get; init; }

    /// <summary>The stored event is not what was accepted, as its checksum shows. Default: false.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>Its deliveries, those stored first first.</summary>
    public required IReadOnlyList<LoggedDelivery> Deliveries { get; init; }
}
