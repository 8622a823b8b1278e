using EventGateway.Core.Registry.Documents;

namespace EventGateway.ConfigApi;

/// <summary>A list of event types.</summary>
/// <param name="EventTypes">The event types, by name.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none, or paging was not asked for.</param>
public sealed record EventTypeList(IReadOnlyList<EventTypeDocument> EventTypes, string? Cursor);

/// <summary>A list of functions.</summary>
/// <param name="Functions">The functions, by id.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none, or paging was not asked for.</param>
public sealed record FunctionList(IReadOnlyList<FunctionDocument> Functions, string? Cursor);

/// <summary>A list of subscriptions.</summary>
/// <param name="Subscriptions">The subscriptions, by id.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none, or paging was not asked for.</param>
public sealed record SubscriptionList(IReadOnlyList<SubscriptionDocument> Subscriptions, string? Cursor);

/// <summary>A list of CORS configurations.</summary>
/// <param name="Cors">The CORS configurations, by id.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none, or paging was not asked for.</param>
public sealed record CorsList(IReadOnlyList<CorsDocument> Cors, string? Cursor);
