using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery.Waiting;
using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Lists the deliveries that are not delivered, and makes them due.</summary>
/// <param name="overview">The deliveries that have not ended.</param>
/// <param name="deadLetters">The dead ones.</param>
internal sealed class DeliveryEndpoints(DeliveryOverview overview, IDeadLetterStore deadLetters)
{
    // The store reads the events of dead letters too, which can be large.
    private const int PartLength = 20;

    // The cursor of a page of dead letters begins with it. Other cursors begin with a digit.
    private const string Dead = "dead";

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.QueryString, DeliveryQuery.OfList);
        var query = DeliveryQuery.Read(
            new RequestUrl(context).Space, reader, WaitingState.Waiting, WaitingState.Retrying, WaitingState.Paused, WaitingState.Dead);
        var (limit, cursor) = (reader.Limit(), reader.Cursor());
        if (reader.Error is { } error)
        {
            return error;
        }

        var documents = new List<DeliveryDocument>();
        var isDead = cursor?.StartsWith(Dead, StringComparison.Ordinal) is true;
        if (isDead || query.State is WaitingState.Dead)
        {
            // A cursor of another list lists nothing.
            var listed = isDead ? query.State is null or WaitingState.Dead : cursor is null;
            return Answer(documents, listed ? await ReadDeadAsync(query, isDead ? cursor![Dead.Length..] : "", limit, documents, context.RequestAborted) : null);
        }

        var page = await overview.ListAsync(query, limit, cursor, context.RequestAborted);
        documents.AddRange(page.Items.Select(DeliveryDocument.Of));
        return Answer(documents, page.Next ?? (query.State is null ? await ReadDeadAsync(query, "", limit, documents, context.RequestAborted) : null));
    }

    public async Task<IResult> RetryAsync(HttpContext context)
    {
        var url = new RequestUrl(context);
        var query = new WaitingQuery(url.Space) { DeliveryId = url.Id };
        if ((await overview.ListAsync(query, 1, null, context.RequestAborted)).Items.Count > 0)
        {
            return Retried(await overview.RetryAsync(query, context.RequestAborted));
        }

        return JsonResponse.Error(
            StatusCodes.Status404NotFound,
            $"There is no delivery {url.Id} in space {url.Space} that waits: it was delivered, dropped, or became a dead letter.");
    }

    public async Task<IResult> RetryManyAsync(HttpContext context) => DeliveryQuery.TryReadMany(context, out var query, out var error)
        ? Retried(await overview.RetryAsync(query, context.RequestAborted))
        : error;

    // Returns the cursor of the next page.
    private async ValueTask<string?> ReadDeadAsync(
        WaitingQuery query, string cursor, int limit, List<DeliveryDocument> into, CancellationToken cancellationToken)
    {
        var filter = new DeadLetterFilter { Space = query.Space, SubscriptionId = query.SubscriptionId, FunctionId = query.FunctionId };
        while (into.Count < limit)
        {
            var part = await deadLetters.ListAsync(filter, Math.Min(limit - into.Count, PartLength), cursor is "" ? null : cursor, cancellationToken);
            into.AddRange(part.Items.Select(DeliveryDocument.Of));
            if (part.Next is not { } next)
            {
                return null;
            }

            cursor = next;
        }

        return cursor is not "" || (await deadLetters.ListAsync(filter, 1, null, cancellationToken)).Items.Count > 0 ? Dead + cursor : null;
    }

    private static JsonResponse Retried(long count) =>
        DeliveryApiJson.Answer(StatusCodes.Status202Accepted, new RetryDocument(count), DeliveryApiJson.Shared.RetryDocument);

    private static JsonResponse Answer(List<DeliveryDocument> deliveries, string? cursor)
    {
        var list = new DeliveryList(deliveries, cursor is null ? null : ListQuery.CursorAfter(cursor));
        return DeliveryApiJson.Answer(StatusCodes.Status200OK, list, DeliveryApiJson.Shared.DeliveryList);
    }
}
