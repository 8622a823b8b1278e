namespace EventGateway.Api.AsyncApi;

/// <summary>The kinds of subscriptions to an event type on one channel.</summary>
[Flags]
internal enum SubscriptionKinds
{
    None = 0,

    /// <summary>The sender is answered when the event is stored.</summary>
    Async = 1,

    /// <summary>The sender gets the answer of the function.</summary>
    Sync = 2,
}
