using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Stores the deliveries of an event, calls the function of its sync subscription, and answers the request.</summary>
internal sealed partial class EventDelivery(
    EventRouter router,
    DeliveryIntake intake,
    SyncCaller syncCaller,
    RawCaller rawCaller,
    UnmatchedEvents unmatched,
    AcceptedResponse accepted,
    ILogger<EventDelivery> logger)
{
    /// <summary>Delivers one event.</summary>
    /// <param name="context">The request.</param>
    /// <param name="match">The subscriptions that the event selects.</param>
    /// <param name="body">The request's body as it was sent.</param>
    /// <param name="written">The event with its payload. Null when it is not written yet.</param>
    public async Task DeliverAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent, SentBody body, WrittenEvent? written = null)
    {
        var headers = context.Request.Headers;
        cloudEvent = TraceContext.With(cloudEvent, headers.TraceParent, headers.TraceState);
        if (await router.RouteAsync(context, match, cloudEvent) is not { } routed || !await TryAcceptAsync(context, routed.Deliveries))
        {
            return;
        }

        if (routed.Refusal is { } refusal)
        {
            await JsonResponse.Of(refusal).ExecuteAsync(context);
            return;
        }

        if (routed.Sync is var (route, forSync))
        {
            await (route.Subscription.AnswersRaw
                ? rawCaller.CallAsync(context, route, forSync, body)
                : syncCaller.CallAsync(context, route, forSync, written));
            return;
        }

        if (match.IsEmpty && await unmatched.TryAnswerAsync(context, cloudEvent))
        {
            return;
        }

        accepted.Write(context, CountSubscriptions(routed.Deliveries), PercentEncoding.EncodeHeader(cloudEvent.Id));
    }

    /// <summary>Delivers a batch to async subscriptions, all of it or nothing.</summary>
    public async Task DeliverBatchAsync(HttpContext context, RoutingTable routes, string path, IReadOnlyList<CloudEvent> batch)
    {
        var deliveries = new List<EventDeliveries>(batch.Count);
        var untaken = new List<CloudEvent>();
        foreach (var (index, cloudEvent) in batch.Index())
        {
            var match = routes.Match(context.Request.Method, path, cloudEvent.Type);
            if (await router.RouteAsync(context, match, cloudEvent, index) is not { } routed)
            {
                return;
            }

            if (routed.Refusal is { } refusal)
            {
                await JsonResponse.Of(refusal with { Error = $"[{index}]: {refusal.Error}" }).ExecuteAsync(context);
                return;
            }

            deliveries.AddRange(routed.Deliveries);
            if (CountSubscriptions(routed.Deliveries) == 0)
            {
                untaken.Add(cloudEvent);
            }
        }

        if (await TryAcceptAsync(context, deliveries))
        {
            await unmatched.TakeAsync(context, untaken);
            accepted.Write(context, CountSubscriptions(deliveries));
        }
    }

    // Only the enabled subscriptions that authorizers have left.
    private static int CountSubscriptions(IReadOnlyList<EventDeliveries> deliveries)
    {
        var count = 0;
        for (var i = 0; i < deliveries.Count; i++)
        {
            count += deliveries[i].Routes.Length;
        }

        return count;
    }

    private async ValueTask<bool> TryAcceptAsync(HttpContext context, IReadOnlyList<EventDeliveries> deliveries)
    {
        if (deliveries.Count == 0)
        {
            return true;
        }

        var stored = await intake.AcceptAsync(deliveries, context.RequestAborted);
        if (stored.IsAccepted)
        {
            LogAccepted(deliveries);
            return true;
        }

        await JsonResponse
            .Unavailable(stored.RetryAfter ?? TimeSpan.FromSeconds(1), "No more deliveries can be stored now; send the event again later.")
            .ExecuteAsync(context);
        return false;
    }

    private void LogAccepted(IReadOnlyList<EventDeliveries> deliveries)
    {
        for (var i = 0; i < deliveries.Count && logger.IsEnabled(LogLevel.Debug); i++)
        {
            LogAccepted(deliveries[i].Event.Id, deliveries[i].Routes.Length);
        }
    }

    [LoggerMessage(LogEvents.EventAccepted, LogLevel.Debug, "Event {EventId} is stored for {Deliveries} deliveries.")]
    private partial void LogAccepted(string eventId, int deliveries);
}
