namespace EventGateway.Engine.Delivery;

/// <summary>What holds a delivery.</summary>
public enum DeliveryHold
{
    /// <summary>The configuration has no such subscription to the function.</summary>
    MissingSubscription,

    /// <summary>The configuration has no such function.</summary>
    MissingFunction,

    /// <summary>The subscription is disabled.</summary>
    Disabled,

    /// <summary>An attempt failed, and the next one is not due yet.</summary>
    Backoff,

    /// <summary>The circuit breaker of the function is not closed.</summary>
    Breaker,

    /// <summary>The rate limit of the subscription allows no call now.</summary>
    Rate,

    /// <summary>The function, or the subscription, has as many calls under way as it may have.</summary>
    Concurrency,
}
