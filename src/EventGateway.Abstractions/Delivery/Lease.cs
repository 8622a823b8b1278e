namespace EventGateway.Abstractions.Delivery;

/// <summary>The result of leasing deliveries.</summary>
/// <param name="Count">How many deliveries were leased.</param>
/// <param name="NextDue">When the next one that waits is due, by the steady clock (<see cref="SteadyTimeProvider"/>). Null when more may be due now, or none waits.</param>
public readonly record struct Lease(int Count, DateTimeOffset? NextDue = null);
