using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Engine.SystemEvents;

namespace EventGateway.Events;

/// <summary>Forwards plain requests to their function unread, when nothing else needs what they carry.</summary>
internal sealed class RawForwarding(GatewayRegistry registry, SystemEventSource systemEvents, RawCaller caller, EventMetrics metrics)
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
        return caller.ForwardAsync(context, match.Sync!);
    }
}
