using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

/// <summary>Says that deliveries of a subscription, or of many, wait in a store and may be due.</summary>
/// <param name="Subscription">The subscription, unless <paramref name="FanOut"/> is set.</param>
/// <param name="FanOut">The subscriptions of a large fan-out, each once. Their lanes open gradually. Null means one subscription.</param>
internal readonly record struct DeliverySignal(SubscriptionKey Subscription, SubscriptionKey[]? FanOut = null);
