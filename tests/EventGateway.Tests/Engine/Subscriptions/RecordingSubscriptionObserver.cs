using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Subscriptions;

namespace EventGateway.Tests.Engine.Subscriptions;

/// <summary>Records what a subscription observer is told.</summary>
internal sealed class RecordingSubscriptionObserver : ISubscriptionObserver
{
    private readonly ConcurrentQueue<string> _calls = new();

    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>The last report about failures.</summary>
    public FailureReport? LastFailure { get; private set; }

    public void Failing(Subscription subscription, FailureReport failure)
    {
        LastFailure = failure;
        _calls.Enqueue($"failing {subscription.SubscriptionId}");
    }

    public void Disabled(Subscription subscription, FailureReport? failure)
    {
        LastFailure = failure;
        _calls.Enqueue($"disabled {subscription.SubscriptionId}: {subscription.DisabledReason}");
    }

    public void Recovered(Subscription subscription, DateTimeOffset since) => _calls.Enqueue($"recovered {subscription.SubscriptionId} since {since:u}");

    public void DeadLettered(DeadLetter letter, DeliveryAttempt? lastAttempt) => _calls.Enqueue($"dead letter {letter.Id} of {letter.EventId}");
}
