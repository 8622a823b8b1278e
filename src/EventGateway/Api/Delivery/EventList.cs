namespace EventGateway.Api.Delivery;

/// <summary>A list of accepted events.</summary>
/// <param name="Events">The events, those accepted last first.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none.</param>
public sealed record EventList(IReadOnlyList<EventDocument> Events, string? Cursor = null);
