using EventGateway.Abstractions.Resources;

namespace EventGateway.Abstractions.Delivery;

/// <summary>Identifies a subscription with its function. Its deliveries wait in a queue of their own.</summary>
/// <param name="Space">The space.</param>
/// <param name="SubscriptionId">The subscription's id in the space.</param>
/// <param name="FunctionId">The id of the function that it names, which never changes.</param>
public readonly record struct SubscriptionKey(string Space, string SubscriptionId, string FunctionId)
{
    /// <summary>The key of a subscription.</summary>
    public static SubscriptionKey Of(Subscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return new SubscriptionKey(subscription.Space, subscription.SubscriptionId, subscription.FunctionId);
    }

    /// <summary>The function.</summary>
    public FunctionKey Function => new(Space, FunctionId);

    /// <inheritdoc/>
    public bool Equals(SubscriptionKey other) =>
        SubscriptionId == other.SubscriptionId && Space == other.Space && FunctionId == other.FunctionId;

    /// <summary>The id alone tells almost all keys apart.</summary>
    public override int GetHashCode() => SubscriptionId?.GetHashCode(StringComparison.Ordinal) ?? 0;
}
