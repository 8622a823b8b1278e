namespace EventGateway.Abstractions.Delivery;

/// <summary>Deliveries whose next attempts are due now.</summary>
/// <param name="Count">How many, without those whose functions are being called.</param>
/// <param name="Subscriptions">Their subscriptions, each once.</param>
public sealed record DueDeliveries(long Count, IReadOnlyCollection<SubscriptionKey> Subscriptions);
