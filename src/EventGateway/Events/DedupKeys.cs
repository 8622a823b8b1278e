using System.Buffers.Binary;
using System.Globalization;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Engine.Registry;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>
/// Gives events the keys by which stores find duplicates, where a window is set. The source and the id of an event are a key of it
/// (CloudEvents 1.0, section 3.1), and so is the <c>Idempotency-Key</c> of its request.
/// </summary>
/// <remarks>
/// The body of a request is not compared: a key alone decides, as the source and the id do. So no request is answered with 422 or 409,
/// which the draft of the header recommends for other bodies and for requests that are still under way. The second of two requests at once
/// waits until the event of the first one is stored.
/// </remarks>
internal sealed class DedupKeys(GatewayRegistry registry)
{
    /// <summary>Whether events may need keys.</summary>
    public bool AreUsed => registry.HasDedupWindows;

    /// <summary>
    /// Returns the id of an event that is made of a request with <c>Idempotency-Key</c>: the same for each repetition, so that the answers
    /// to all of them name the event that was stored. A UUID version 8 (RFC 9562, section 5.8).
    /// </summary>
    /// <returns>Null when the event gets an id of its own.</returns>
    public string? FindId(HttpRequest request, string eventType)
    {
        if (!AreUsed || IdempotencyKey.Find(request) is not { } key)
        {
            return null;
        }

        Span<byte> id = stackalloc byte[EventKey.Bytes];
        EventKey.Of("id", request.Method, RequestTarget.RawPath(request), eventType, key).Write(id);
        BinaryPrimitives.WriteUInt16BigEndian(id[6..], (ushort)((BinaryPrimitives.ReadUInt16BigEndian(id[6..]) & 0x0FFF) | 0x8000));
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true).ToString();
    }

    /// <summary>Adds the keys of an event to its deliveries, with an entry for each space.</summary>
    /// <param name="deliveries">The deliveries of one event.</param>
    /// <param name="isMadeHere">Whether the gateway made the event's id.</param>
    /// <param name="batchIndex">The index of the event in its batch. Null when it came alone.</param>
    /// <param name="error">Why the request is refused. Nothing may be stored then. Null when it is not refused.</param>
    /// <returns>The deliveries with their keys.</returns>
    public IReadOnlyList<EventDeliveries> Add(
        HttpRequest request, IReadOnlyList<EventDeliveries> deliveries, bool isMadeHere, int? batchIndex, out string? error)
    {
        error = null;
        var keyed = new List<EventDeliveries>(deliveries.Count);
        foreach (var item in deliveries)
        {
            foreach (var ofSpace in SplitBySpace(item))
            {
                var space = SpaceOf(ofSpace);
                var window = registry.FindDedupWindow(space, ofSpace.Event.Type);
                error ??= window > TimeSpan.Zero ? IdempotencyKey.FindError(request) : null;
                keyed.Add(window > TimeSpan.Zero ? ofSpace with { Keys = KeysOf(request, space, ofSpace.Event, window, isMadeHere, batchIndex) } : ofSpace);
            }
        }

        return keyed;
    }

    // Without the header, an id that was made here is new in each request.
    private static EventKeys? KeysOf(HttpRequest request, string space, CloudEvent cloudEvent, TimeSpan window, bool isMadeHere, int? batchIndex)
    {
        var key = IdempotencyKey.Find(request);
        if (isMadeHere && key is null)
        {
            return null;
        }

        var ofEvent = EventKey.Of("event", space, cloudEvent.Source, cloudEvent.Id);
        return isMadeHere || key is null ? new EventKeys(window, ofEvent) : new EventKeys(window, ofEvent, EventKey.Of(
            "request", space, request.Method, RequestTarget.RawPath(request), cloudEvent.Type, key, batchIndex?.ToString(CultureInfo.InvariantCulture) ?? ""));
    }

    private static IEnumerable<EventDeliveries> SplitBySpace(EventDeliveries deliveries)
    {
        var space = SpaceOf(deliveries);
        if (Array.TrueForAll(deliveries.Routes, route => route.Subscription.Space == space)
            && Array.TrueForAll(deliveries.Skipped ?? [], route => route.Subscription.Space == space))
        {
            return [deliveries];
        }

        return deliveries.Routes.Concat(deliveries.Skipped ?? []).Select(static route => route.Subscription.Space).Distinct(StringComparer.Ordinal)
            .Select(name =>
            {
                var skipped = Array.FindAll(deliveries.Skipped ?? [], route => route.Subscription.Space == name);
                return deliveries with
                {
                    Routes = Array.FindAll(deliveries.Routes, route => route.Subscription.Space == name),
                    Skipped = skipped.Length == 0 ? null : skipped,
                };
            });
    }

    private static string SpaceOf(EventDeliveries deliveries) =>
        (deliveries.Routes is [var route, ..] ? route : deliveries.Skipped![0]).Subscription.Space;
}
