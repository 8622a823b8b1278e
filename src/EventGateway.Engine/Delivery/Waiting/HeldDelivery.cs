using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Waiting;

/// <summary>A delivery with its state.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="State">The state, not <see cref="WaitingState.Dead"/>.</param>
/// <param name="HeldBy">What holds it now. Null when its function is being called, or it is next.</param>
public sealed record HeldDelivery(WaitingDelivery Delivery, WaitingState State, DeliveryHold? HeldBy);
