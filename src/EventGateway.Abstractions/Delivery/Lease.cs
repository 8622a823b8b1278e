namespace EventGateway.Abstractions.Delivery;

/// <summary>What a store handed out.</summary>
/// <param name="Count">How many deliveries.</param>
/// <param name="NextDue">When the next one that waits is due, by the steady clock (<see cref="SteadyTimeProvider"/>). Not set: there may be more that are due now, or none waits at all.</param>
public readonly record struct Lease(int Count, DateTimeOffset? NextDue = null);
