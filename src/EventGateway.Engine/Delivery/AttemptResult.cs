using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

/// <summary>The result of an attempt at a delivery.</summary>
/// <param name="Verdict">The verdict on the delivery. Null when the process stops and the call was cut off.</param>
/// <param name="IsHealthy">Whether the function is well. Null when the attempt says nothing about it.</param>
internal readonly record struct AttemptResult(DeliveryVerdict? Verdict, bool? IsHealthy);
