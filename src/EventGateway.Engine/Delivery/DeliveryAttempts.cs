using System.Runtime.CompilerServices;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery.Failures;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Routing;
using EventGateway.Engine.Subscriptions;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>Makes attempts at deliveries: calls the function of each, and decides what becomes of the delivery.</summary>
/// <remarks>
/// The path of an attempt:
/// <code>
/// DeliveryLane ─► DeliveryAttempts ─┬─► 1. find the route       IRouteDirectory (none: OrphanedDeliveries)
///      │                            ├─► 2. write the event      StoredEvent
///      │                            ├─► 3. call the function    FunctionInvoker ─► provider
///      │                            ├─► 4. publish its reply    Replies ─► DeliveryIntake
///      │                            ├─► 5. count failures       FailureWatch
///      │                            │      decide               DeliverySettlement.Judge
///      │                            └─► 6. forward              DeadLetterForwarder ─► DeliveryBacklog
///      └─► 7. settle                                            DeliverySettlement ─► IDeliveryStore
/// </code>
/// <list type="number">
/// <item>The route is found once for each attempt, so that the attempt uses the current settings and function.</item>
/// <item>The event is written in the format that the subscription asks for. Most are stored in it, and are sent as stored.</item>
/// <item>The function is called, for as long as its subscription allows. A failure is an outcome, not an exception.</item>
/// <item>A reply is stored before the delivery counts as done. When it cannot be stored, the attempt counts as failed.</item>
/// <item>
/// A subscription that has failed for too long is disabled, if it has that setting. The outcome becomes a verdict: done, retry later, dead letter or drop.
/// </item>
/// <item>A dead letter is stored for the function that takes them, if the subscription names one when the call ends.</item>
/// <item>The lane gives the call back to the function's gate, and stores the verdict.</item>
/// </list>
/// </remarks>
internal sealed class DeliveryAttempts(
    DeliveryBacklog backlog,
    IRouteDirectory routes,
    OrphanedDeliveries orphans,
    FunctionInvoker invoker,
    Replies replies,
    DeadLetterForwarder deadLetters,
    FailureWatch failures,
    ISubscriptionObserver? observer,
    DeliverySettlement settlement,
    GatewayDefaults defaults,
    DeliveryMetrics metrics,
    SteadyTimeProvider timeProvider,
    ILogger logger)
{
    private readonly bool _isDurable = backlog.Store.IsDurable;
    private readonly CancellationToken _cutOff = backlog.Drain.CutOff;

    /// <summary>Makes an attempt. Never throws.</summary>
    /// <param name="route">Its route. Null when the caller has not looked it up.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> MakeAsync(LeasedDelivery delivery, Route? route)
    {
        try
        {
            if (delivery.IsDamaged)
            {
                return new AttemptResult(new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "The stored event is damaged." }, null);
            }

            if (delivery.IsDropped)
            {
                return new AttemptResult(new DeliveryVerdict(DeliveryFate.Dropped), null);
            }

            // 1. Find the route.
            var key = delivery.Subscription;
            route ??= routes.Find(key.Space, key.SubscriptionId, key.FunctionId);
            return route is null ? new AttemptResult(orphans.Judge(delivery), null) : await MakeAsync(delivery, route, timeProvider.GetUtcNow());
        }
        catch (OperationCanceledException) when (_cutOff.IsCancellationRequested)
        {
            return default;
        }
        catch (Exception exception)
        {
            logger.LogAttemptBroken(exception, delivery.Subscription.Space, delivery.Subscription.FunctionId, delivery.EventId);
            var broken = new FunctionResult(FunctionOutcome.Retryable) { Error = exception.Message };
            return new AttemptResult(settlement.Judge(delivery, settings: null, broken, attempt: null), null);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> MakeAsync(LeasedDelivery delivery, Route route, DateTimeOffset begin)
    {
        if (delivery.Attempts == 0)
        {
            metrics.Waited(begin - delivery.AcceptedSteadily);
        }

        // 2. Write the event. The buffer is not given back when the call is cut off, since a transport may still read it.
        var settings = route.Subscription.Delivery;
        var stored = new StoredEvent(delivery);
        var buffer = stored.Write(settings?.CloudEvents ?? defaults.CloudEventFormat, out var payload);

        // 3. Call the function.
        var invocation = new Invocation(delivery.EventId, delivery.EventType, payload) { WantsOutcomeOnly = route.Subscription.Reply is not true };
        using var result = await invoker.InvokeAsync(route, invocation, CancellationToken.None, _cutOff);
        if (!result.PayloadStillRead)
        {
            buffer?.Dispose();
        }

        metrics.Processed(route.Subscription, delivery.EventType);
        metrics.Attempted(route.Subscription.Space, result.Outcome);

        // 4. Publish the reply.
        var outcome = result;
        if (result.Outcome is FunctionOutcome.Success)
        {
            metrics.Delivered(timeProvider.GetUtcNow() - delivery.AcceptedSteadily);
            if (route.Subscription.Reply is true && !await replies.TryPublishAsync(route, delivery.EventId, stored, result, _cutOff))
            {
                outcome = NotPublished(result);
            }
        }

        // The function for dead letters disables nothing: events reach the subscription's own function without it.
        var attempt = settlement.Describe(delivery, settings, outcome, begin);
        var isHandOver = delivery.Subscription.FunctionId != route.Subscription.FunctionId;
        if (result.Outcome is not FunctionOutcome.Success)
        {
            await ReportFailureAsync(route, delivery.Subscription, delivery.EventId, result, attempt, isHandOver);
        }

        if (_isDurable && settings?.DisableAfter is not null && !isHandOver)
        {
            await failures.NoteAsync(route.Subscription, result, attempt, delivery.AcceptedSteadily);
        }

        // 5. Decide.
        var verdict = settlement.Judge(delivery, settings, outcome, attempt, isHandOver);

        // 6. Forward a dead letter.
        if (verdict.Fate is DeliveryFate.DeadLettered && deadLetters.FindRoute(delivery.Subscription, route) is { } target && stored.Parse() is { } letter)
        {
            verdict = await deadLetters.ForwardAsync(delivery, letter, target, verdict);
        }

        return new AttemptResult(verdict, result.Outcome is not (FunctionOutcome.Retryable or FunctionOutcome.TimedOut));
    }

    private static FunctionResult NotPublished(FunctionResult result) => new(FunctionOutcome.Retryable)
    {
        Error = "The function's reply could not be stored: no more deliveries can be stored now.",
        PayloadStillRead = result.PayloadStillRead,
    };

    private async ValueTask ReportFailureAsync(Route route, SubscriptionKey key, string eventId, FunctionResult result, DeliveryAttempt? attempt, bool isHandOver)
    {
        logger.LogFailed(key.Space, key.FunctionId, eventId, result.Outcome, result.Status ?? (object)"none", result.Error);
        if (result.Outcome is not FunctionOutcome.Gone || !_isDurable || isHandOver)
        {
            return;
        }

        var reason = $"Function {key.FunctionId} answered with status 410: it wants no more events.";
        if (await routes.DisableAsync(key.Space, key.SubscriptionId, reason, _cutOff))
        {
            logger.LogGone(key.Space, key.FunctionId, key.SubscriptionId);
            var disabled = routes.Find(key.Space, key.SubscriptionId, key.FunctionId)?.Subscription ?? route.Subscription;
            observer?.Disabled(disabled, new FailureReport(reason, attempt?.Time ?? timeProvider.GetUtcNow(), attempt));
        }
    }
}
