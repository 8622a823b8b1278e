using System.Globalization;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Identifies a delivery for as long as it waits: its file, the number of its subscription in it, and that of its event.</summary>
internal readonly record struct WaitingId(long Segment, long Number, long Event)
{
    /// <summary>Reads an id.</summary>
    /// <returns>Null when it is not one.</returns>
    public static WaitingId? Parse(string id) =>
        WaitingPlace.ReadNumbers(id) is [var segment, var number, var @event] ? new WaitingId(segment, number, @event) : null;

    /// <summary>The id.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Segment}-{Number}-{Event}");
}
