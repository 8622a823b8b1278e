namespace EventGateway.Api.Delivery;

/// <summary>A request to deliver a logged event again.</summary>
/// <param name="SubscriptionIds">
/// The ids of async subscriptions to the event's type that deliver at least once. Default: those that the event had deliveries for and
/// that still exist.
/// </param>
internal sealed record RedeliveryRequestDocument(IReadOnlyList<string>? SubscriptionIds = null);
