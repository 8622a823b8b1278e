using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Engine.Authorization;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using EventGateway.Engine.SystemEvents;
using EventGateway.Events.Access;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Decides who gets an event: refuses circles, informs observers, who can stop it, and asks authorizers.</summary>
internal sealed partial class EventRouter(
    Authorizers authorizers,
    SystemEventSource systemEvents,
    EventMetrics metrics,
    LoopGuard loops,
    DeliveryIntake intake,
    GatewayDefaults defaults,
    AccessLog access,
    ILogger<EventRouter> logger)
{
    /// <summary>Routes an event.</summary>
    /// <param name="context">The request.</param>
    /// <param name="match">The subscriptions that the event selects.</param>
    /// <param name="batchIndex">The event's index in its batch, whose events go to async subscriptions only. Null when it came alone.</param>
    /// <returns>The event with its receivers; null when it goes no further and the request is answered.</returns>
    public async ValueTask<RoutedEvent?> RouteAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent, int? batchIndex = null)
    {
        metrics.Received(match, cloudEvent.Type);
        access.Received(context, cloudEvent.Type);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            var request = context.Request;
            LogReceived(cloudEvent.Id, cloudEvent.Type, request.Method, RequestTarget.RawPath(request), match.Async.Length + (match.Sync is null ? 0 : 1));
        }

        cloudEvent = AuthorizedEvent.WithoutClaims(cloudEvent);
        var hops = LoopGuard.HopsOf(context.Request, cloudEvent);
        if (loops.FindRefusal(context.Request, hops) is { } looped)
        {
            await looped.ExecuteAsync(context);
            return null;
        }

        if (!await TryAnnounceAsync(context, match, cloudEvent, hops, batchIndex))
        {
            return null;
        }

        match = match with { Sync = batchIndex is null ? match.Sync : null, Disabled = intake.FindSkipped(match.Disabled) ?? [] };
        var routed = await authorizers.RouteAsync(context, match, cloudEvent);
        access.Routed(context, routed.Sync?.Route, routed.Deliveries);
        return routed with { Deliveries = LoopGuard.WithHops(routed.Deliveries, hops) };
    }

    /// <summary>Informs observers, plug-ins among them, that an event came in. The request is answered when one of them stops the event.</summary>
    /// <returns>Whether the event goes on.</returns>
    public async ValueTask<bool> TryAnnounceAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent, int hops, int? batchIndex = null)
    {
        if (!systemEvents.ObservesReceived
            || await systemEvents.ReceivedAsync(cloudEvent, match, (context.Request, defaults), HttpRequestJson.WritePathAndHeaders, hops, context.RequestAborted)
                is not { } refusal)
        {
            return true;
        }

        var where = batchIndex is { } index ? $"[{index}]: " : "";
        await JsonResponse.Error(StatusCodes.Status403Forbidden, where + refusal.Reason).ExecuteAsync(context);
        return false;
    }

    [LoggerMessage(LogEvents.EventReceived, LogLevel.Debug, "Event {EventId} of type {EventType} came in on {Method} {Path}. Subscriptions that match: {Subscriptions}.")]
    private partial void LogReceived(string eventId, string eventType, string method, string path, int subscriptions);
}
