using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.Config;

/// <summary>A list of subscriptions.</summary>
/// <param name="Subscriptions">The subscriptions, by id.</param>
/// <param name="Cursor">Where the next page begins. Null when there is no next page, or paging was not asked for.</param>
public sealed record SubscriptionList(IReadOnlyList<Subscription> Subscriptions, string? Cursor = null);
