namespace EventGateway.Abstractions.Delivery;

/// <summary>Selects the dead letters that meet all conditions.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>The space.</summary>
    public required string Space { get; init; }

    /// <summary>The dead letter's id. Null means any.</summary>
    public string? DeadLetterId { get; init; }

    /// <summary>The subscription that it was for. Null means any.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The function that it was for. Null means any.</summary>
    public string? FunctionId { get; init; }

    /// <summary>The event's type. Null means any.</summary>
    public string? EventType { get; init; }
}
