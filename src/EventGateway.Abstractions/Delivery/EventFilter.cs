namespace EventGateway.Abstractions.Delivery;

/// <summary>Selects the events of the log that meet all conditions.</summary>
public sealed record EventFilter
{
    /// <summary>The space.</summary>
    public required string Space { get; init; }

    /// <summary>The event's type. Null means any.</summary>
    public string? Type { get; init; }

    /// <summary>The event's source. Null means any.</summary>
    public string? Source { get; init; }

    /// <summary>The event's id. Null means any.</summary>
    public string? Id { get; init; }

    /// <summary>Accepted at this time or later. Null means from the oldest event on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before this time. Null means now.</summary>
    public DateTimeOffset? To { get; init; }
}
