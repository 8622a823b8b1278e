namespace EventGateway.Abstractions.Delivery;

/// <summary>An event in a list of the event log.</summary>
public record EventSummary
{
    /// <summary>The space that it was accepted in.</summary>
    public required string Space { get; init; }

    /// <summary>The event's id.</summary>
    public required string Id { get; init; }

    /// <summary>The event's type.</summary>
    public required string Type { get; init; }

    /// <summary>The event's source.</summary>
    public required string Source { get; init; }

    /// <summary>The event's time, as the sender wrote it. Null when the event has none.</summary>
    public string? Time { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }
}
