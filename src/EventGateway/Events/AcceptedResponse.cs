using System.Globalization;
using EventGateway.Options;

namespace EventGateway.Events;

/// <summary>The answer <c>202</c> to accepted events.</summary>
internal sealed class AcceptedResponse(GatewayOptions options)
{
    private const string EventId = "event-id";
    private const string Subscriptions = "event-subscriptions";
    private const string Duplicate = "event-duplicate";

    // Almost every event goes to few subscriptions, and their numbers need no new text.
    private static readonly string[] Numbers = [.. Enumerable.Range(0, 100).Select(Text)];

    /// <summary>Writes the status and the headers.</summary>
    /// <param name="subscriptions">How many subscriptions take the events.</param>
    /// <param name="eventId">The event's id, encoded for a header. Null for a batch, and for a request that no event was made of.</param>
    /// <param name="isDuplicate">Whether all events were accepted before, so that nothing was stored.</param>
    public void Write(HttpContext context, int subscriptions, string? eventId = null, bool isDuplicate = false)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        if (eventId is not null)
        {
            headers[EventId] = eventId;
        }

        headers[Subscriptions] = subscriptions < Numbers.Length ? Numbers[subscriptions] : Text(subscriptions);

        if (isDuplicate)
        {
            headers[Duplicate] = "true";
        }

        // Without this header a page of another origin does not see the others (https://fetch.spec.whatwg.org/#http-access-control-expose-headers).
        if (options.ExposesHeaders && headers.AccessControlAllowOrigin.Count > 0)
        {
            headers.AccessControlExposeHeaders = isDuplicate ? EventId + ", " + Subscriptions + ", " + Duplicate : EventId + ", " + Subscriptions;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
