using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Serves plain HTTP requests: makes each an <c>http.request</c> event, unless it can be forwarded or answered without one.</summary>
internal sealed class PlainRequests(HttpRequestEvents events, EventDelivery delivery, UnmatchedRequests unmatched, GatewayDefaults defaults)
{
    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="match">The subscriptions to <c>http.request</c> that its method and path select.</param>
    /// <param name="path">Its path as it was sent.</param>
    /// <param name="body">Its whole body, decoded.</param>
    /// <param name="sent">Its body as it was sent.</param>
    public async Task ServeAsync(HttpContext context, RouteMatch match, string path, ReadOnlyMemory<byte> body, SentBody sent)
    {
        if (match.IsEmpty && await unmatched.TryAnswerAsync(context, match, path, body))
        {
            return;
        }

        // A function that gets the request itself decides about its body. Others would get another kind of body.
        if (match is { IsEmpty: false, IsForwarded: false }
            && MediaType.TryParse(context.Request.ContentType, out var type, out _)
            && CloudEventData.IsTooDeep(type, body, defaults.JsonDepth))
        {
            await JsonResponse.Error(StatusCodes.Status400BadRequest, defaults.JsonDepth.ErrorFor("body")).ExecuteAsync(context);
            return;
        }

        // The event of an unmatched request is shown to all spaces, so the sender's credentials are hidden.
        using var written = events.Create(context.Request, body, match.Parameters, isMatched: !match.IsEmpty);
        await (match.IsEmpty
            ? unmatched.AnnounceAsync(context, match, path, body, written.Event)
            : delivery.DeliverAsync(context, match, RequestEvents.Of(written.Event) with { IsMadeHere = true }, sent, written));
    }
}
