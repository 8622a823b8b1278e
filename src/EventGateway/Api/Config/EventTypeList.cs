using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.Config;

/// <summary>A list of event types.</summary>
/// <param name="EventTypes">The event types, by name.</param>
/// <param name="Cursor">The cursor of the next page. Null on the last page, and without paging.</param>
internal sealed record EventTypeList(IReadOnlyList<EventType> EventTypes, string? Cursor = null);
