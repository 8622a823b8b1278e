namespace EventGateway.Api.Delivery;

/// <summary>The result of a redelivery.</summary>
/// <param name="Redelivered">The number of deliveries that are made again. Dead letters stay when the store is full, their subscription is missing, or their event is damaged.</param>
internal sealed record RedeliveryDocument(int Redelivered);
