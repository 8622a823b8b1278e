using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Engine.SystemEvents;
using EventGateway.Events.Access;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Forwards plain requests to their function unread, when nothing else needs what they carry.</summary>
internal sealed partial class RawForwarding(
    GatewayRegistry registry, SystemEventSource systemEvents, RawCaller caller, EventMetrics metrics, AccessLog access, ILogger<RawForwarding> logger)
{
    /// <summary>Returns whether a plain request can go through unread.</summary>
    public bool Takes(in RouteMatch match) =>
        match.IsOnlyForwarded
        && !systemEvents.ObservesReceived
        && registry.FindAuthorizer(match.Sync!.Subscription.Space, SystemEventTypes.HttpRequest) is null;

    /// <summary>Forwards a request that <see cref="Takes"/> accepts.</summary>
    public Task ForwardAsync(HttpContext context, in RouteMatch match)
    {
        metrics.Received(match, SystemEventTypes.HttpRequest);
        access.Received(context, SystemEventTypes.HttpRequest);
        access.Routed(context, match.Sync, []);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            var function = match.Sync!.Function;
            LogForwarded(context.Request.Method, RequestTarget.RawPath(context.Request), function.Space, function.FunctionId);
        }

        return caller.ForwardAsync(context, match.Sync!);
    }

    [LoggerMessage(LogEvents.RequestForwarded, LogLevel.Debug, "{Method} {Path} goes unread to function {Space}/{FunctionId}.")]
    private partial void LogForwarded(string method, string path, string space, string functionId);
}
