namespace EventGateway.Abstractions.Delivery;

/// <summary>Selects events of the log: those that all conditions hold for.</summary>
public sealed record EventFilter
{
    /// <summary>The space.</summary>
    public required string Space { get; init; }

    /// <summary>The event's type. Not set: any.</summary>
    public string? Type { get; init; }

    /// <summary>The event's source. Not set: any.</summary>
    public string? Source { get; init; }

    /// <summary>The event's id. Not set: any.</summary>
    public string? Id { get; init; }

    /// <summary>Accepted at this time or later. Not set: as far back as the log goes.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before this time. Not set: until now.</summary>
    public DateTimeOffset? To { get; init; }
}
