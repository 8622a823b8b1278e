namespace EventGateway.Abstractions.Delivery;

/// <summary>An event of the log with its deliveries.</summary>
public sealed record LoggedEvent : EventSummary
{
    /// <summary>The event, structured JSON of its own spec version.</summary>
    public required ReadOnlyMemory<byte> Event { get; init; }

    /// <summary>Whether the stored event differs from its checksum. Default: false.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>Its deliveries, oldest first.</summary>
    public required IReadOnlyList<LoggedDelivery> Deliveries { get; init; }
}
