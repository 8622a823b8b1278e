using EventGateway.Engine.Registry.Documents;

namespace EventGateway.Api.Config;

/// <summary>A list of subscriptions.</summary>
/// <param name="Subscriptions">The subscriptions, by id.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none, or paging was not asked for.</param>
public sealed record SubscriptionList(IReadOnlyList<SubscriptionDocument> Subscriptions, string? Cursor = null);
