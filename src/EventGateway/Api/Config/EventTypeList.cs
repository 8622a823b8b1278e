using EventGateway.Engine.Registry.Documents;

namespace EventGateway.Api.Config;

/// <summary>A list of event types.</summary>
/// <param name="EventTypes">The event types, by name.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none, or paging was not asked for.</param>
public sealed record EventTypeList(IReadOnlyList<EventTypeDocument> EventTypes, string? Cursor = null);
