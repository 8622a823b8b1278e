namespace EventGateway.DeliveryApi;

/// <summary>Dead letters that are delivered again.</summary>
/// <param name="Redelivered">How many. Fewer than were selected: the store is full for now.</param>
public sealed record RedeliveryDocument(int Redelivered);
