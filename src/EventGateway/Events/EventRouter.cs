using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine.Authorization;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using EventGateway.Engine.SystemEvents;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Brings events to their subscribers: asks those who may refuse them, stores deliveries, calls the function that answers.</summary>
internal sealed class EventRouter(
    Authorizers authorizers, DeliveryIntake intake, SyncCaller syncCaller, RawCaller rawCaller, SystemEventSource systemEvents, EventMetrics metrics, LoopGuard loops)
{
    /// <summary>Brings one event to those that it selected, and answers the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="match">What the event selected.</param>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="body">The request's body.</param>
    public async Task RouteAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent, ReadOnlyMemory<byte> body)
    {
        metrics.Received(match, cloudEvent.Type);
        var headers = context.Request.Headers;
        cloudEvent = AuthorizedEvent.WithoutClaims(TraceContext.With(cloudEvent, headers.TraceParent, headers.TraceState));
        var hops = LoopGuard.HopsOf(context.Request, cloudEvent);
        if (loops.FindRefusal(context.Request, hops) is { } looped)
        {
            await looped.ExecuteAsync(context);
            return;
        }

        if (!await TryTellAsync(context, match, cloudEvent, hops))
        {
            return;
        }

        var routed = await authorizers.RouteAsync(context, match, cloudEvent);
        if (!await TryAcceptAsync(context, LoopGuard.WithHops(routed.Deliveries, hops)))
        {
            return;
        }

        if (routed.Refusal is { } refusal)
        {
            await JsonAnswer.Of(refusal).ExecuteAsync(context);
            return;
        }

        if (routed.Sync is var (route, forSync))
        {
            await (route.Subscription.AnswersRaw
                ? rawCaller.CallAsync(context, route, forSync, body)
                : syncCaller.CallAsync(context, route, forSync));
            return;
        }

        context.Response.Headers["event-id"] = PercentEncoding.EncodeHeader(cloudEvent.Id);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>Brings a batch to async subscribers, all of it or nothing, and answers the request.</summary>
    public async Task RouteBatchAsync(HttpContext context, RoutingTable routes, string path, IReadOnlyList<CloudEvent> batch)
    {
        var deliveries = new List<EventDeliveries>(batch.Count);
        foreach (var (index, sent) in batch.Index())
        {
            var cloudEvent = AuthorizedEvent.WithoutClaims(sent);
            var match = routes.Match(context.Request.Method, path, cloudEvent.Type);
            metrics.Received(match, cloudEvent.Type);
            var hops = LoopGuard.HopsOf(context.Request, cloudEvent);
            if (loops.FindRefusal(context.Request, hops) is { } looped)
            {
                await looped.ExecuteAsync(context);
                return;
            }

            if (!await TryTellAsync(context, match, cloudEvent, hops, $"[{index}]: "))
            {
                return;
            }

            var routed = await authorizers.RouteAsync(context, match with { Sync = null }, cloudEvent);
            if (routed.Refusal is { } refusal)
            {
                await JsonAnswer.Of(refusal with { Error = $"[{index}]: {refusal.Error}" }).ExecuteAsync(context);
                return;
            }

            deliveries.AddRange(LoopGuard.WithHops(routed.Deliveries, hops));
        }

        if (!await TryAcceptAsync(context, deliveries))
        {
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>Tells subscribers of system events, and plug-ins, that an event came in; where one stops it, the request is answered.</summary>
    /// <returns>Whether the event goes on.</returns>
    public async ValueTask<bool> TryTellAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent, int hops, string where = "")
    {
        if (!systemEvents.ObservesReceived
            || await systemEvents.ReceivedAsync(cloudEvent, match, context.Request, HttpRequestEvent.WritePathAndHeaders, hops, context.RequestAborted)
                is not { } refusal)
        {
            return true;
        }

        await JsonAnswer.Error(StatusCodes.Status403Forbidden, where + refusal.Reason).ExecuteAsync(context);
        return false;
    }

    private async ValueTask<bool> TryAcceptAsync(HttpContext context, IReadOnlyList<EventDeliveries> deliveries)
    {
        if (deliveries.Count == 0)
        {
            return true;
        }

        var accepted = await intake.AcceptAsync(deliveries, context.RequestAborted);
        if (accepted.IsAccepted)
        {
            return true;
        }

        await JsonAnswer
            .Unavailable(accepted.RetryAfter ?? TimeSpan.FromSeconds(1), "No more deliveries can be stored now; send the event again later.")
            .ExecuteAsync(context);
        return false;
    }
}
