namespace EventGateway.Api.Delivery;

/// <summary>A list of deliveries that are not delivered.</summary>
/// <param name="Deliveries">The deliveries, those of a subscription together. A page may have fewer than the limit, even none.</param>
/// <param name="Cursor">The cursor of the next page. Null on the last page.</param>
internal sealed record DeliveryList(IReadOnlyList<DeliveryDocument> Deliveries, string? Cursor = null);
