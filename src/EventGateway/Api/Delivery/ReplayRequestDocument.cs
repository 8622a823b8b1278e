namespace EventGateway.Api.Delivery;

/// <summary>A request to deliver logged events to one subscription again.</summary>
/// <param name="SubscriptionId">The id of an async subscription of the space.</param>
/// <param name="From">Replays events accepted at this time or later. Default: the oldest event in the log.</param>
/// <param name="To">Replays events accepted before this time. Default: now, which is also the latest.</param>
/// <param name="EventTypes">Replays events of these types. A family such as invoice.* stands for the types that it includes. Default: the subscription's event type.</param>
internal sealed record ReplayRequestDocument(string SubscriptionId, DateTime? From = null, DateTime? To = null, IReadOnlyList<string>? EventTypes = null);
