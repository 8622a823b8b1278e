namespace EventGateway.Abstractions.Delivery;

/// <summary>Selects the deliveries that have not ended and meet all conditions.</summary>
public sealed record WaitingFilter
{
    /// <summary>The space.</summary>
    public required string Space { get; init; }

    /// <summary>The delivery's id. Null means any.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>The subscription. Null means any.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The function. Null means any.</summary>
    public string? FunctionId { get; init; }

    /// <summary>Whether an attempt has failed. Null means either.</summary>
    public bool? HasFailed { get; init; }
}
