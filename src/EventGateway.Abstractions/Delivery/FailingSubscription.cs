namespace EventGateway.Abstractions.Delivery;

/// <summary>A subscription whose attempts fail, and since when. Times are of the wall clock.</summary>
/// <param name="Space">The space.</param>
/// <param name="SubscriptionId">The subscription's id in the space.</param>
/// <param name="Since">When its first attempt failed after a success.</param>
/// <param name="LastFailure">When an attempt failed last, when this was stored.</param>
/// <param name="Stage">How far the failures had come on the way to the disabling of the subscription.</param>
public sealed record FailingSubscription(string Space, string SubscriptionId, DateTimeOffset Since, DateTimeOffset LastFailure, FailureStage Stage);
