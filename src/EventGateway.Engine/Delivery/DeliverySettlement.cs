using System.Text;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine.Functions;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>Decides what becomes of a delivery after an attempt, and stores it.</summary>
internal sealed class DeliverySettlement(IDeliveryStore store, WakeUps wakeUps, DeliveryMetrics metrics, SteadyTimeProvider timeProvider, ILogger logger)
{
    // When to look again whether a subscription is enabled that was disabled because its function is gone.
    private static readonly TimeSpan GoneDelay = TimeSpan.FromSeconds(10);

    /// <summary>Describes an attempt for the records of the store. Returns null when the store keeps none.</summary>
    /// <param name="settings">The subscription's settings.</param>
    /// <param name="result">The result of the call.</param>
    /// <param name="begin">When the attempt began, by the steady clock.</param>
    public DeliveryAttempt? Describe(LeasedDelivery delivery, DeliverySettings? settings, FunctionResult result, DateTimeOffset begin) => store.IsDurable
        ? new DeliveryAttempt(
            begin + timeProvider.ClockAhead,
            timeProvider.GetUtcNow() - begin,
            result.Outcome,
            result.Status,
            ErrorOf(result, delivery.Payload, settings))
        : null;

    /// <summary>Decides what becomes of a delivery.</summary>
    /// <param name="settings">The subscription's settings.</param>
    /// <param name="result">The result of the call.</param>
    /// <param name="attempt">The record of the attempt. Null when there is none.</param>
    /// <param name="isHandOver">Whether a dead letter was handed to the function for dead letters. Default: false.</param>
    public DeliveryVerdict Judge(
        LeasedDelivery delivery, DeliverySettings? settings, FunctionResult result, DeliveryAttempt? attempt, bool isHandOver = false)
    {
        var verdict = new DeliveryVerdict(result.Outcome is FunctionOutcome.Success ? DeliveryFate.Delivered : DeliveryFate.Dropped)
        {
            Attempt = attempt,
            Reason = result.Error,
            PayloadStillRead = result.PayloadStillRead,
        };
        if (result.Outcome is FunctionOutcome.Success || !store.IsDurable)
        {
            return verdict;
        }

        var now = timeProvider.GetUtcNow();
        if (result.Outcome is FunctionOutcome.Gone && !isHandOver)
        {
            // It waits, like all others of the subscription, until the subscription is enabled again.
            return verdict with { Fate = DeliveryFate.Retried, RetryAt = now + GoneDelay };
        }

        if (result.Outcome is FunctionOutcome.Permanent or FunctionOutcome.AccessDenied or FunctionOutcome.Refused or FunctionOutcome.Gone)
        {
            return verdict with { Fate = DeliveryFate.DeadLettered };
        }

        var next = RetryPolicy.Of(settings).NextAttempt(
            delivery.AcceptedSteadily, now, delivery.Attempts + 1, result.RetryAfter, Random.Shared, out var whyNoMore);
        return next is { } due
            ? verdict with { Fate = DeliveryFate.Retried, RetryAt = due }
            : verdict with { Fate = DeliveryFate.DeadLettered, Reason = $"{whyNoMore} {result.Error}" };
    }

    /// <summary>Stores a verdict.</summary>
    /// <param name="delivery">The delivery. Must not be used afterwards.</param>
    public async ValueTask SettleAsync(LeasedDelivery delivery, DeliveryVerdict verdict)
    {
        logger.LogSettled(delivery.EventId, delivery.Subscription.Space, delivery.Subscription.FunctionId, verdict.Fate, delivery.Attempts, verdict.RetryAt ?? (object)"none");
        try
        {
            await store.CompleteAsync(delivery, verdict, CancellationToken.None);
        }
        catch (Exception exception)
        {
            logger.LogSettlementFailed(exception, delivery.Subscription.Space, delivery.Subscription.FunctionId, delivery.EventId);
        }

        if (verdict.RetryAt is { } due)
        {
            wakeUps.Set(delivery.Subscription, due);
        }
        else if (verdict.Fate is DeliveryFate.DeadLettered)
        {
            metrics.DeadLettered(delivery.Subscription.Space);
        }
        else if (verdict.Fate is DeliveryFate.Dropped && !(delivery.IsDropped && store.IsDurable))
        {
            // The drop of a durable store has counted the leased deliveries too.
            metrics.Dropped(delivery.Subscription, delivery.EventType);
        }
    }

    private static string? ErrorOf(FunctionResult result, EventPayload sent, DeliverySettings? settings)
    {
        if (result.Outcome is FunctionOutcome.Success || result.Body.IsEmpty)
        {
            return result.Error;
        }

        return AnswerExcerpt.Read(result, sent, settings, Invocation.BeginningBytes) is { } answer
            ? $"{result.Error} It said: {Encoding.UTF8.GetString(answer.Span)}"
            : $"{result.Error} {AnswerExcerpt.NotKept}";
    }
}
