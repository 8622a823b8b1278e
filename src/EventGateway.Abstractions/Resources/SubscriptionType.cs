namespace EventGateway.Abstractions.Resources;

/// <summary>How a subscription calls its function.</summary>
public enum SubscriptionType
{
    /// <summary>The event is delivered later; the sender does not see the answer.</summary>
    Async,

    /// <summary>The sender waits, and gets the function's answer.</summary>
    Sync,
}
