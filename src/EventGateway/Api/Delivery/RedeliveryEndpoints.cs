using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Api.Requests;
using EventGateway.CloudEvents;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Delivers logged events again.</summary>
/// <param name="log">The events.</param>
/// <param name="intake">Delivers them.</param>
/// <param name="registry">Finds subscriptions by their ids.</param>
/// <param name="routes">Finds their functions.</param>
internal sealed class RedeliveryEndpoints(IEventLog log, DeliveryIntake intake, GatewayRegistry registry, IRouteDirectory routes)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public async Task<IResult> RedeliverAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.QueryString, EventQuery.OfOne);
        if (query.Error is { } refused)
        {
            return refused;
        }

        var (body, error) = await RequestBodyReader.ReadAsync(context);
        if (error is not null)
        {
            return error;
        }

        if (!RedeliveryReader.TryRead(body, out var subscriptionIds, out var errors))
        {
            return JsonResponse.Error(StatusCodes.Status400BadRequest, errors);
        }

        var url = new RequestUrl(context);
        if (await log.FindAsync(url.Space, url.Id, query.Text("source"), context.RequestAborted) is not { } logged)
        {
            return EventLogEndpoints.NotFound(url);
        }

        if (logged.IsDamaged || CloudEventReader.ReadStored(logged.Event) is not { IsValid: true, Event: { } @event })
        {
            return JsonResponse.Error(StatusCodes.Status409Conflict, $"Event {url.Id} is damaged on disk. It cannot be delivered.");
        }

        var problems = new List<string>();
        var selected = subscriptionIds is null ? FindAll(logged) : [.. subscriptionIds.Select(id => FindNamed(logged, id, problems)).OfType<Route>()];
        return problems.Count > 0
            ? JsonResponse.Error(StatusCodes.Status400BadRequest, problems)
            : await RedeliverAsync(@event, selected, context.RequestAborted);
    }

    private async ValueTask<JsonResponse> RedeliverAsync(CloudEvent @event, Route[] selected, CancellationToken cancellationToken)
    {
        if (selected.Length > 0 && await intake.RedeliverAsync(@event, selected, cancellationToken) is { IsAccepted: false } refusal)
        {
            return JsonResponse.Unavailable(refusal.RetryAfter ?? RetryAfter, "No more deliveries can be stored now; nothing was redelivered.");
        }

        return DeliveryApiJson.Answer(StatusCodes.Status202Accepted, new RedeliveryDocument(selected.Length), DeliveryApiJson.Shared.RedeliveryDocument);
    }

    // Deliveries to a function for dead letters belong to the subscription too.
    private Route[] FindAll(LoggedEvent logged) =>
    [
        .. logged.Deliveries.Select(static delivery => delivery.Subscription.SubscriptionId).Distinct(StringComparer.Ordinal)
            .Select(id => Find(logged.Space, id)).OfType<Route>().Where(route => intake.IsAtLeastOnce(route.Subscription)),
    ];

    private Route? FindNamed(LoggedEvent logged, string id, List<string> problems)
    {
        var route = Find(logged.Space, id);
        var problem = route switch
        {
            null => $"does not exist in space {logged.Space}",
            { Subscription.Type: not SubscriptionType.Async } => "is not async",
            _ when !intake.IsAtLeastOnce(route.Subscription) => "does not deliver at least once",
            _ when !EventTypeFamily.Includes(route.Subscription.EventType, logged.Type) => $"takes events of type {route.Subscription.EventType}, not {logged.Type}",
            _ => null,
        };
        if (problem is not null)
        {
            problems.Add($"subscriptionIds: subscription \"{id}\" {problem}; async subscriptions to {logged.Type} that deliver at least once are accepted.");
        }

        return route;
    }

    // A subscription whose function is missing counts as missing too: its deliveries would be held.
    private Route? Find(string space, string id) =>
        registry.Subscriptions.Get(space, id).TryGet(out var subscription, out _) ? routes.Find(space, id, subscription.Resource.FunctionId) : null;
}
