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
    DedupKeys dedup,
    ILogger<EventDelivery> logger)
{
    /// <summary>Delivers one event.</summary>
    /// <param name="context">The request.</param>
    /// <param name="match">The subscriptions that the event selects.</param>
    /// <param name="events">The request's events, which are one.</param>
    /// <param name="body">The request's body as it was sent.</param>
    /// <param name="written">The event with its payload. Null when it is not written yet.</param>
    public async Task DeliverAsync(HttpContext context, RouteMatch match, RequestEvents events, SentBody body, WrittenEvent? written = null)
    {
        var headers = context.Request.Headers;
        var cloudEvent = TraceContext.With(events.Event!, headers.TraceParent, headers.TraceState);
        if (await router.RouteAsync(context, match, cloudEvent) is not { } routed
            || await AddKeysAsync(context, routed.Deliveries, new RequestKeys(context.Request, events.IsMadeHere)) is not { } deliveries
            || await TryAcceptAsync(context, deliveries) is not { } stored)
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

        // An id that was made here is new in each request, so it is not that of the event that was accepted.
        var isDuplicate = AreDuplicates(deliveries, stored);
        var id = isDuplicate && events.IsMadeHere ? null : PercentEncoding.EncodeHeader(cloudEvent.Id);
        accepted.Write(context, CountSubscriptions(deliveries), id, isDuplicate);
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

            if (await AddKeysAsync(context, routed.Deliveries, new RequestKeys(context.Request, BatchIndex: index)) is not { } keyed)
            {
                return;
            }

            deliveries.AddRange(keyed);
            if (CountSubscriptions(routed.Deliveries) == 0)
            {
                untaken.Add(cloudEvent);
            }
        }

        if (await TryAcceptAsync(context, deliveries) is { } stored)
        {
            await unmatched.TakeAsync(context, untaken);
            accepted.Write(context, CountSubscriptions(deliveries), isDuplicate: AreDuplicates(deliveries, stored));
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

    // An event that only disabled subscriptions match is none: nobody takes it.
    private static bool AreDuplicates(IReadOnlyList<EventDeliveries> deliveries, AcceptResult stored)
    {
        for (var i = 0; i < deliveries.Count && stored.Duplicates is not null; i++)
        {
            if (deliveries[i].Routes.Length > 0 && !stored.IsDuplicate(i))
            {
                return false;
            }
        }

        return stored.Duplicates is not null;
    }

    // Returns null when the request is answered.
    private async ValueTask<IReadOnlyList<EventDeliveries>?> AddKeysAsync(
        HttpContext context, IReadOnlyList<EventDeliveries> deliveries, RequestKeys keys)
    {
        if (!dedup.AreUsed || deliveries.Count == 0)
        {
            return deliveries;
        }

        if (dedup.FindError(context.Request, deliveries) is not { } error)
        {
            return dedup.Add(deliveries, keys);
        }

        await JsonResponse.Error(StatusCodes.Status400BadRequest, error).ExecuteAsync(context);
        return null;
    }

    // Returns null when the request is answered.
    private async ValueTask<AcceptResult?> TryAcceptAsync(HttpContext context, IReadOnlyList<EventDeliveries> deliveries)
    {
        if (deliveries.Count == 0)
        {
            return AcceptResult.Accepted;
        }

        var stored = await intake.AcceptAsync(deliveries, context.RequestAborted);
        if (stored.IsAccepted)
        {
            LogAccepted(deliveries, stored);
            return stored;
        }

        await JsonResponse
            .Unavailable(stored.RetryAfter ?? TimeSpan.FromSeconds(1), "No more deliveries can be stored now; send the event again later.")
            .ExecuteAsync(context);
        return null;
    }

    private void LogAccepted(IReadOnlyList<EventDeliveries> deliveries, AcceptResult stored)
    {
        for (var i = 0; i < deliveries.Count && logger.IsEnabled(LogLevel.Debug); i++)
        {
            if (!stored.IsDuplicate(i))
            {
                LogAccepted(deliveries[i].Event.Id, deliveries[i].Routes.Length);
            }
        }
    }

    [LoggerMessage(LogEvents.EventAccepted, LogLevel.Debug, "Event {EventId} is stored for {Deliveries} deliveries.")]
    private partial void LogAccepted(string eventId, int deliveries);
}
