namespace EventGateway.Api.Delivery;

/// <summary>Dead letters that are delivered again.</summary>
/// <param name="Redelivered">How many. Fewer than were selected when the store is full, or when dead letters are left: their subscription is gone, or their event is damaged.</param>
public sealed record RedeliveryDocument(int Redelivered);
