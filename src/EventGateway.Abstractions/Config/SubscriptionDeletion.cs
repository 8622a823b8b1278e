using EventGateway.Abstractions.Resources;

namespace EventGateway.Abstractions.Config;

/// <summary>A subscription that was deleted, and whose deliveries may still be in the delivery store.</summary>
/// <param name="Space">The space.</param>
/// <param name="SubscriptionId">The subscription's id in the space.</param>
public sealed record SubscriptionDeletion(string Space, string SubscriptionId)
{
    /// <summary>
    /// The numbers of the delivery store's files that may still have deliveries of the subscription; they take no new ones.
    /// Null means any file: the subscription must not be created again before they are dropped.
    /// </summary>
    public IReadOnlyCollection<long>? Files { get; init; }

    /// <summary>The functions that the subscription delivered to. Null means all for which deliveries wait.</summary>
    public IReadOnlyCollection<string>? FunctionIds { get; init; }

    /// <summary>The event type of the subscription. Empty when the id does not say.</summary>
    public string EventType { get; init; } = Resources.SubscriptionId.FindEventType(SubscriptionId) ?? "";

    /// <summary>Returns the deletion of a subscription.</summary>
    public static SubscriptionDeletion Of(Subscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return new SubscriptionDeletion(subscription.Space, subscription.SubscriptionId)
        {
            EventType = subscription.EventType,
            FunctionIds = subscription.Delivery?.DeadLetterFunctionId is { } deadLetters
                ? [subscription.FunctionId, deadLetters]
                : [subscription.FunctionId],
        };
    }
}
