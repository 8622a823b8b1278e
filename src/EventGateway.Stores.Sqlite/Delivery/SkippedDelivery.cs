using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Notes that a subscription did not get an event.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Reason">Why, in words.</param>
internal readonly record struct SkippedDelivery(SubscriptionKey Subscription, string Reason)
{
    /// <summary>Returns the note about a disabled subscription.</summary>
    public static SkippedDelivery Of(Subscription disabled) => new(
        SubscriptionKey.Of(disabled),
        disabled.DisabledReason is { } reason ? $"The subscription is disabled. {reason}" : "The subscription is disabled.");
}
