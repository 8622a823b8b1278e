namespace EventGateway.Abstractions.Delivery;

/// <summary>
/// The keys of an event that is accepted once in a window of time. An event with one of these keys that comes within the window is a
/// duplicate.
/// </summary>
/// <param name="Window">How long after the acceptance of the event, above zero, at most <see cref="MaxWindow"/>.</param>
/// <param name="First">The key.</param>
/// <param name="Second">Another key: an event may come with an id of its own in a request that has one too. Null means none.</param>
public sealed record EventKeys(TimeSpan Window, EventKey First, EventKey? Second = null)
{
    /// <summary>The longest window: seven days.</summary>
    public static TimeSpan MaxWindow { get; } = TimeSpan.FromDays(7);

    /// <summary>Returns whether any of the events has keys.</summary>
    public static bool AreIn(IReadOnlyList<EventDeliveries> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Keys is not null)
            {
                return true;
            }
        }

        return false;
    }
}
