using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Delivery;

public sealed partial class Dispatcher
{
    // How long to keep what cannot be handed on to the function for dead letters at the moment, or whose function is gone.
    private static readonly TimeSpan LaterOn = TimeSpan.FromSeconds(10);

    // What becomes of a delivery whose attempt failed.
    private DeliveryVerdict Judge(LeasedDelivery delivery, DeliverySettings? settings, FunctionResult result, DeliveryAttempt? attempt)
    {
        var verdict = new DeliveryVerdict(DeliveryFate.Dropped)
        {
            Attempt = attempt,
            Reason = result.Error,
            PayloadStillRead = result.PayloadStillRead,
        };
        if (!_store.IsDurable)
        {
            return verdict;
        }

        var now = _timeProvider.GetUtcNow();
        if (result.Outcome is FunctionOutcome.Gone)
        {
            // It waits, like all others of the subscription, for somebody to enable that again.
            return verdict with { Fate = DeliveryFate.Retried, RetryAt = now + LaterOn };
        }

        if (result.Outcome is FunctionOutcome.Permanent or FunctionOutcome.AccessDenied or FunctionOutcome.Refused)
        {
            return verdict with { Fate = DeliveryFate.DeadLettered };
        }

        var next = RetryPolicy.Of(settings).NextAttempt(
            delivery.AcceptedSteadily, now, delivery.Attempts + 1, result.RetryAfter, Random.Shared, out var whyNoMore);
        return next is { } due
            ? verdict with { Fate = DeliveryFate.Retried, RetryAt = due }
            : verdict with { Fate = DeliveryFate.DeadLettered, Reason = $"{whyNoMore} {result.Error}" };
    }

    private async ValueTask PauseAsync(LeasedDelivery delivery)
    {
        var subscription = delivery.Subscription;
        if (await _routes.PauseAsync(subscription.Space, subscription.SubscriptionId, _aborted))
        {
            LogGone(subscription.Space, subscription.FunctionId, subscription.SubscriptionId);
        }
    }

    // The function for dead letters gets the event first, so that a crash in between hands it on twice rather than never.
    private async ValueTask<DeliveryVerdict> HandOnAsync(LeasedDelivery delivery, DeliveryVerdict verdict)
    {
        var key = delivery.Subscription;
        if (delivery.IsDamaged
            || _routes.Find(key.Space, key.SubscriptionId, key.FunctionId) is not { Subscription: { Delivery.DeadLetterFunctionId: { } functionId } subscription }
            || functionId == key.FunctionId
            || _routes.Find(key.Space, key.SubscriptionId, functionId) is not { } target)
        {
            return verdict;
        }

        var stored = CloudEventReader.ReadStructured(delivery.Payload.Body);
        if (!stored.IsValid)
        {
            return verdict;
        }

        var letter = DeadLetterEvent.Create(stored.Event, verdict, delivery.Attempts + 1);
        Route[] routes = [new Route(subscription with { FunctionId = functionId }, target.Function)];
        var accepted = await OfferAsync([new EventDeliveries(letter, routes) { Cause = DeliveryCause.HandedOn }], _aborted);
        return accepted.IsAccepted
            ? verdict
            : verdict with { Fate = DeliveryFate.Retried, RetryAt = _timeProvider.GetUtcNow() + LaterOn };
    }
}
