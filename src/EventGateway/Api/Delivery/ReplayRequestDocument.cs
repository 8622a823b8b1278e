namespace EventGateway.Api.Delivery;

/// <summary>Asks for logged events to be delivered to one subscription.</summary>
/// <param name="SubscriptionId">The id of an async subscription of the space.</param>
/// <param name="From">Events accepted at this time or later. Not set: as far back as the log goes.</param>
/// <param name="To">Events accepted before this time. Not set, or later than now: until now.</param>
/// <param name="EventTypes">Events of these types. Not set: of the subscription's own type.</param>
public sealed record ReplayRequestDocument(string SubscriptionId, DateTime? From = null, DateTime? To = null, IReadOnlyList<string>? EventTypes = null);
