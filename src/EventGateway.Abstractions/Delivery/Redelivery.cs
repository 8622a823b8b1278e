namespace EventGateway.Abstractions.Delivery;

/// <summary>Dead letters that became deliveries again.</summary>
/// <param name="Count">How many.</param>
/// <param name="Subscriptions">The subscriptions that now have deliveries waiting, each once.</param>
public sealed record Redelivery(int Count, IReadOnlyCollection<SubscriptionKey> Subscriptions)
{
    /// <summary>Whether the store had no room for the rest. Default: false.</summary>
    public bool IsFull { get; init; }
}
