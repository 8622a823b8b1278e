using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.Config;

/// <summary>A list of event types.</summary>
/// <param name="EventTypes">The event types, by name.</param>
/// <param name="Cursor">Where the next page begins. Null when there is no next page, or paging was not asked for.</param>
public sealed record EventTypeList(IReadOnlyList<EventType> EventTypes, string? Cursor = null);
