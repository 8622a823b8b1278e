using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Subscriptions;

/// <summary>The failures of a subscription.</summary>
/// <param name="Reason">What fails, in words that its owner understands.</param>
/// <param name="Since">When they began, by the wall clock.</param>
/// <param name="LastAttempt">The last attempt. Null when it is not recorded.</param>
public sealed record FailureReport(string Reason, DateTimeOffset Since, DeliveryAttempt? LastAttempt);
