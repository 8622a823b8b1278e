using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A subscription whose deliveries in one file are made due.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Number">Its number in the file.</param>
internal sealed record RetriedSubscription(SubscriptionKey Subscription, long Number)
{
    /// <summary>Only deliveries that are due after this time are changed, in the store's time.</summary>
    public long After { get; set; }

    /// <summary>How many of the selected deliveries were due at that time.</summary>
    public long Due { get; init; }

    /// <summary>Whether there are selected deliveries that are due later.</summary>
    public bool HasLater { get; init; }
}
