using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Lists, shows, redelivers and deletes dead letters.</summary>
/// <param name="intake">Delivers the redelivered events.</param>
/// <param name="routes">Finds out whether a subscription still exists.</param>
internal sealed class DeadLetterEndpoints(IDeadLetterStore deadLetters, DeliveryIntake intake, IRouteDirectory routes)
{
    private const int PartLength = 20;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.QueryString, DeadLetterQuery.OfList);
        var filter = DeadLetterQuery.Read(new RequestUrl(context).Space, query);
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (query.Error is { } error)
        {
            return error;
        }

        // The store returns the events too, which can be large, so a page is read in parts.
        var documents = new List<DeadLetterDocument>();
        do
        {
            var part = await deadLetters.ListAsync(filter, Math.Min(limit - documents.Count, PartLength), cursor, context.RequestAborted);
            documents.AddRange(part.Items.Select(DeadLetterDocument.Of));
            cursor = part.Next;
        }
        while (cursor is not null && documents.Count < limit);

        var list = new DeadLetterList(documents, cursor is null ? null : ListQuery.CursorAfter(cursor));
        return DeliveryApiJson.Answer(StatusCodes.Status200OK, list, DeliveryApiJson.Shared.DeadLetterList);
    }

    public async Task<IResult> GetAsync(HttpContext context)
    {
        var url = new RequestUrl(context);
        if (await deadLetters.FindAsync(url.Space, url.Id, context.RequestAborted) is not { } deadLetter)
        {
            return NotFound(url);
        }

        var document = DeadLetterDocument.Of(deadLetter) with
        {
            Event = deadLetter.IsDamaged ? null : DeliveryApiJson.ReadEvent(deadLetter.Event),
        };
        return DeliveryApiJson.Answer(StatusCodes.Status200OK, document, DeliveryApiJson.Shared.DeadLetterDocument);
    }

    public async Task<IResult> RedeliverAsync(HttpContext context)
    {
        var url = new RequestUrl(context);
        if (await deadLetters.FindAsync(url.Space, url.Id, context.RequestAborted) is not { Subscription: var subscription } deadLetter)
        {
            return NotFound(url);
        }

        if (deadLetter.IsDamaged)
        {
            return JsonResponse.Error(
                StatusCodes.Status409Conflict, $"The event of dead letter {url.Id} is damaged on disk: its checksum is wrong. It cannot be delivered.");
        }

        if (!HasRoute(subscription))
        {
            return JsonResponse.Error(
                StatusCodes.Status409Conflict,
                $"Subscription {subscription.SubscriptionId} to function {subscription.FunctionId} does not exist. Create it again to redeliver the dead letter.");
        }

        return await RedeliverAsync(FilterOf(url), context) ?? NotFound(url);
    }

    public async Task<IResult> RedeliverManyAsync(HttpContext context) =>
        DeadLetterQuery.TryReadMany(context, out var filter, out var error)
            ? await RedeliverAsync(filter, context) ?? Redelivered(0)
            : error;

    public async Task<IResult> DeleteAsync(HttpContext context)
    {
        var url = new RequestUrl(context);
        return await deadLetters.DeleteAsync(FilterOf(url), context.RequestAborted) > 0
            ? new JsonResponse(StatusCodes.Status204NoContent, default)
            : NotFound(url);
    }

    public async Task<IResult> DeleteManyAsync(HttpContext context)
    {
        if (!DeadLetterQuery.TryReadMany(context, out var filter, out var error))
        {
            return error;
        }

        var deleted = await deadLetters.DeleteAsync(filter, context.RequestAborted);
        return DeliveryApiJson.Answer(StatusCodes.Status200OK, new DeletionDocument(deleted), DeliveryApiJson.Shared.DeletionDocument);
    }

    // Returns null when there is nothing to redeliver.
    private async Task<JsonResponse?> RedeliverAsync(DeadLetterFilter filter, HttpContext context)
    {
        var redelivery = await deadLetters.RedeliverAsync(filter, HasRoute, context.RequestAborted);
        intake.Signal(redelivery.Subscriptions);
        return redelivery switch
        {
            { Count: > 0 } => Redelivered(redelivery.Count),
            { IsFull: true } => JsonResponse.Unavailable(RetryAfter, "The delivery store is full; nothing was redelivered."),
            _ => null,
        };
    }

    // A delivery without a route would be held, or dropped when its subscription was deleted.
    private bool HasRoute(SubscriptionKey subscription) =>
        routes.Find(subscription.Space, subscription.SubscriptionId, subscription.FunctionId) is not null;

    private static JsonResponse Redelivered(int count) =>
        DeliveryApiJson.Answer(StatusCodes.Status202Accepted, new RedeliveryDocument(count), DeliveryApiJson.Shared.RedeliveryDocument);

    private static DeadLetterFilter FilterOf(RequestUrl url) => new() { Space = url.Space, DeadLetterId = url.Id };

    private static JsonResponse NotFound(RequestUrl url) =>
        JsonResponse.Error(StatusCodes.Status404NotFound, $"There is no dead letter {url.Id} in space {url.Space}.");
}
