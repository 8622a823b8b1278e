namespace EventGateway.Abstractions.Delivery;

/// <summary>Selects a range of the event log.</summary>
public sealed record LogRange
{
    /// <summary>The space.</summary>
    public required string Space { get; init; }

    /// <summary>The types of the events. A family stands for the types that it includes.</summary>
    public required IReadOnlyCollection<string> EventTypes { get; init; }

    /// <summary>Accepted at this time or later. Null means from the oldest event on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before this time.</summary>
    public required DateTimeOffset To { get; init; }
}
