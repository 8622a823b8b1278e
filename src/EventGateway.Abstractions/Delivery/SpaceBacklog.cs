namespace EventGateway.Abstractions.Delivery;

/// <summary>The waiting deliveries of one space.</summary>
/// <param name="Space">The space.</param>
/// <param name="Deliveries">How many deliveries wait or are leased, without dead letters.</param>
/// <param name="OldestAcceptedAt">When the event of the oldest delivery was accepted, by the steady clock (<see cref="SteadyTimeProvider"/>). Null when there is none, or it is not known.</param>
public readonly record struct SpaceBacklog(string Space, long Deliveries, DateTimeOffset? OldestAcceptedAt);
