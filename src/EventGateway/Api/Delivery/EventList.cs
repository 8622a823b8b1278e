namespace EventGateway.Api.Delivery;

/// <summary>A list of accepted events.</summary>
/// <param name="Events">The events, the latest first.</param>
/// <param name="Cursor">The cursor of the next page. Null on the last page.</param>
internal sealed record EventList(IReadOnlyList<EventDocument> Events, string? Cursor = null);
