using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>An event that was stored, or a copy of one, without its body.</summary>
/// <param name="Summary">Its entry in a list of events.</param>
/// <param name="Cause">The reason why it was stored.</param>
/// <param name="Segment">The segment whose file has it.</param>
/// <param name="Number">Its number in that file.</param>
internal sealed record FoundEvent(EventSummary Summary, DeliveryCause Cause, Segment Segment, long Number)
{
    /// <summary>Its deliveries.</summary>
    public IReadOnlyCollection<LoggedDelivery> Deliveries { get; set; } = [];
}
