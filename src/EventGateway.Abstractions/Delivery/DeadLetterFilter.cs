namespace EventGateway.Abstractions.Delivery;

/// <summary>Selects dead letters: those that all conditions hold for.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>The space.</summary>
    public required string Space { get; init; }

    /// <summary>The dead letter's id. Not set: any.</summary>
    public string? DeadLetterId { get; init; }

    /// <summary>The subscription that it was for. Not set: any.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The function that it was for. Not set: any.</summary>
    public string? FunctionId { get; init; }

    /// <summary>The event's type. Not set: any.</summary>
    public string? EventType { get; init; }
}
