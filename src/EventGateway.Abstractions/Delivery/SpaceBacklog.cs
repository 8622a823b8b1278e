namespace EventGateway.Abstractions.Delivery;

/// <summary>What waits in a store for one space.</summary>
/// <param name="Space">The space.</param>
/// <param name="Deliveries">How many deliveries wait or are leased; dead letters are not among them.</param>
/// <param name="OldestAcceptedAt">When the event of the oldest of them was accepted, by the steady clock (<see cref="SteadyTimeProvider"/>). Not set: there are none, or it is not known.</param>
public readonly record struct SpaceBacklog(string Space, long Deliveries, DateTimeOffset? OldestAcceptedAt);
