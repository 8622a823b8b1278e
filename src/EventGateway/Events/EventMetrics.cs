using System.Diagnostics.Metrics;
using EventGateway.Abstractions;
using EventGateway.Engine.Routing;
using EventGateway.Engine.SystemEvents;

namespace EventGateway.Events;

/// <summary>Counts received events.</summary>
internal sealed class EventMetrics
{
    private readonly ReceivedEventMetrics _received;
    private readonly Counter<long> _authorizations;
    private readonly Counter<long> _looped;
    private readonly Counter<long> _unmatched;

    public EventMetrics(IMeterFactory meters, ReceivedEventMetrics received)
    {
        var meter = meters.Create(GatewayMeter.Name);
        _received = received;
        _authorizations = meter.CreateCounter<long>(
            "eventgateway_authorizations", description: "Answers of authorizers, including reused ones, by space and outcome: allowed or refused.");
        _looped = meter.CreateCounter<long>(
            "eventgateway_loops_refused", description: "Requests answered with 508 because too many event gateways had forwarded them.");
        _unmatched = meter.CreateCounter<long>(
            "eventgateway_events_unmatched", description: "Accepted events that no subscription takes, by reason: no_type, no_path, no_method or disabled.");
    }

    /// <summary>Counts one event in each space that subscribes to it.</summary>
    public void Received(RouteMatch match, string type)
    {
        if (match.IsEmpty)
        {
            // Both labels stay empty: otherwise senders could create any number of series.
            _received.Add(string.Empty, string.Empty);
            return;
        }

        var first = match.Sync?.Subscription.Space ?? match.Async[0].Subscription.Space;
        _received.Add(first, TypeIn(first, match, type));
        foreach (var route in match.Async)
        {
            var space = route.Subscription.Space;
            if (!ReferenceEquals(space, first) && space != first && IsFirstOf(match.Async, route))
            {
                _received.Add(space, TypeIn(space, match, type));
            }
        }
    }

    /// <summary>Counts an authorizer's answer about an event.</summary>
    public void Authorized(string space, bool allowed) => _authorizations.Add(
        1, new KeyValuePair<string, object?>("space", space), new KeyValuePair<string, object?>("outcome", allowed ? "allowed" : "refused"));

    /// <summary>Counts a request that is refused because it goes in a circle.</summary>
    public void Looped() => _looped.Add(1);

    /// <summary>Counts an accepted event that no subscription takes.</summary>
    public void Unmatched(UnmatchedReason reason) => _unmatched.Add(1, new KeyValuePair<string, object?>("reason", reason switch
    {
        UnmatchedReason.NoType => "no_type",
        UnmatchedReason.NoMethod => "no_method",
        UnmatchedReason.Disabled => "disabled",
        _ => "no_path",
    }));

    // The type if a subscription of the space names it, or else the longest family: senders choose the types that a family takes, and
    // could create any number of series with them.
    private static string TypeIn(string space, RouteMatch match, string type)
    {
        var family = match.Sync is { Subscription: var sync } && sync.Space == space ? sync.EventType : string.Empty;
        for (var i = 0; i < match.Async.Length && family != type; i++)
        {
            var subscription = match.Async[i].Subscription;
            if (subscription.Space == space && (subscription.EventType == type || subscription.EventType.Length > family.Length))
            {
                family = subscription.EventType;
            }
        }

        return family;
    }

    private static bool IsFirstOf(Route[] routes, Route route)
    {
        foreach (var other in routes)
        {
            if (other.Subscription.Space == route.Subscription.Space)
            {
                return ReferenceEquals(other, route);
            }
        }

        return false;
    }
}
