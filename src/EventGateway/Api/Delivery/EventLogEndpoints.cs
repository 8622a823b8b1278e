using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Lists accepted events, and shows one with its deliveries.</summary>
/// <param name="log">The events.</param>
/// <param name="routes">Finds waiting deliveries that are held because their subscription is missing.</param>
internal sealed class EventLogEndpoints(IEventLog log, IRouteDirectory routes)
{
    public async Task<IResult> ListAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.QueryString, EventQuery.OfList);
        var filter = EventQuery.Read(new RequestUrl(context).Space, query);
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (query.Error is { } error)
        {
            return error;
        }

        var page = await log.ListAsync(filter, limit, cursor, context.RequestAborted);
        var list = new EventList([.. page.Items.Select(EventDocument.Of)], page.Next is { } next ? ListQuery.CursorAfter(next) : null);
        return DeliveryApiJson.Answer(StatusCodes.Status200OK, list, DeliveryApiJson.Shared.EventList);
    }

    public async Task<IResult> GetAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.QueryString, EventQuery.OfOne);
        if (query.Error is { } error)
        {
            return error;
        }

        var url = new RequestUrl(context);
        return await log.FindAsync(url.Space, url.Id, query.Text("source"), context.RequestAborted) is { } logged
            ? DeliveryApiJson.Answer(StatusCodes.Status200OK, EventDocument.Of(WithOrphans(logged)), DeliveryApiJson.Shared.EventDocument)
            : NotFound(url);
    }

    /// <summary>Answers a request for an event that is not in the log.</summary>
    internal static JsonResponse NotFound(RequestUrl url) => JsonResponse.Error(
        StatusCodes.Status404NotFound,
        $"There is no event {url.Id} in the log of space {url.Space}: it was not accepted for delivery, or is no longer retained.");

    private LoggedEvent WithOrphans(LoggedEvent logged) => logged with { Deliveries = [.. logged.Deliveries.Select(WithOrphaned)] };

    private LoggedDelivery WithOrphaned(LoggedDelivery delivery) =>
        delivery is { State: DeliveryState.Waiting, Subscription: var key } && routes.Find(key.Space, key.SubscriptionId, key.FunctionId) is null
            ? delivery with { State = DeliveryState.Orphaned }
            : delivery;
}
