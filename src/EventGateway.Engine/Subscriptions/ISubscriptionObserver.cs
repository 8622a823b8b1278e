using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Subscriptions;

/// <summary>Observes subscriptions that fail or are disabled, and their dead letters. Its methods must return at once and not throw.</summary>
public interface ISubscriptionObserver
{
    /// <summary>Called when attempts have failed for half and for three quarters of the time after which the subscription is disabled.</summary>
    void Failing(Subscription subscription, FailureReport failure);

    /// <summary>Called after a subscription was disabled.</summary>
    /// <param name="subscription">The subscription, disabled, with the reason.</param>
    /// <param name="failure">The failures that led to it. Null when a client disabled it.</param>
    void Disabled(Subscription subscription, FailureReport? failure);

    /// <summary>Called when an attempt succeeded after <see cref="Failing"/>.</summary>
    /// <param name="since">When the failures had begun.</param>
    void Recovered(Subscription subscription, DateTimeOffset since);

    /// <summary>Called after a dead letter was stored.</summary>
    /// <param name="lastAttempt">The last attempt. Null when none was made.</param>
    void DeadLettered(DeadLetter letter, DeliveryAttempt? lastAttempt);
}
