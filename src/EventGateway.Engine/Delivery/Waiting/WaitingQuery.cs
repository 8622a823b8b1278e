using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Waiting;

/// <summary>Selects the waiting deliveries that meet all conditions.</summary>
/// <param name="Space">The space.</param>
public sealed record WaitingQuery(string Space)
{
    /// <summary>The state, not <see cref="WaitingState.Dead"/>. Null means any.</summary>
    public WaitingState? State { get; init; }

    /// <summary>The delivery's id. Null means any.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>The subscription. Null means any.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The function. Null means any.</summary>
    public string? FunctionId { get; init; }

    /// <summary>The part that the store can decide. A paused delivery may have any number of attempts.</summary>
    internal WaitingFilter Filter => new()
    {
        Space = Space,
        DeliveryId = DeliveryId,
        SubscriptionId = SubscriptionId,
        FunctionId = FunctionId,
        HasFailed = State switch
        {
            WaitingState.Waiting => false,
            WaitingState.Retrying => true,
            _ => null,
        },
    };
}
