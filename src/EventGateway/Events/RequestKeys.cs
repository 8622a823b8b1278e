using System.Globalization;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>
/// Makes the keys of an event of a request. The source and the id of an event are one (CloudEvents 1.0, section 3.1), and so is the
/// <c>Idempotency-Key</c> of its request. Both are keys of one space and event type: who may send events of another type, which may have
/// no authorizer, cannot take the keys of these.
/// </summary>
/// <param name="Request">The request.</param>
/// <param name="IsMadeHere">Whether the gateway made the event. Its id is new in each request then, and no key.</param>
/// <param name="BatchIndex">The index of the event in its batch. Null when it came alone.</param>
internal readonly record struct RequestKeys(HttpRequest Request, bool IsMadeHere = false, int? BatchIndex = null)
{
    /// <summary>Makes the keys of the event in a space.</summary>
    /// <param name="window">How long they are kept, above zero.</param>
    /// <returns>Null when nothing would tell that the event is repeated.</returns>
    public EventKeys? Of(string space, CloudEvent cloudEvent, TimeSpan window)
    {
        var ofRequest = OfRequest(space, cloudEvent.Type);
        return !IsMadeHere ? new EventKeys(window, EventKey.Of("event", space, cloudEvent.Type, cloudEvent.Source, cloudEvent.Id), ofRequest)
            : ofRequest is { } only ? new EventKeys(window, only)
            : null;
    }

    private EventKey? OfRequest(string space, string eventType) => IdempotencyKey.Find(Request) is { } key
        ? EventKey.Of(
            "request", space, Request.Method, RoutingTable.Normalize(RequestTarget.RawPath(Request)), eventType, key,
            BatchIndex?.ToString(CultureInfo.InvariantCulture) ?? "")
        : null;
}
