using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.Config;

/// <summary>A list of subscriptions.</summary>
/// <param name="Subscriptions">The subscriptions, by id.</param>
/// <param name="Cursor">The cursor of the next page. Null on the last page, and without paging.</param>
internal sealed record SubscriptionList(IReadOnlyList<Subscription> Subscriptions, string? Cursor = null);
