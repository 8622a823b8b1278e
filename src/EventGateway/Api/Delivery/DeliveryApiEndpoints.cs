using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Engine.Delivery.Waiting;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using static EventGateway.Api.Requests.ApiEndpoint;

namespace EventGateway.Api.Delivery;

/// <summary>Maps the delivery part of the Configuration API: deliveries, dead letters, the event log and replays.</summary>
internal static class DeliveryApiEndpoints
{
    /// <summary>Maps the endpoints whose stores are in the services.</summary>
    public static void MapDeliveryApi(this RouteGroupBuilder api)
    {
        var services = ((IEndpointRouteBuilder)api).ServiceProvider;
        if (services.GetService<IDeadLetterStore>() is { } deadLetters)
        {
            MapDeadLetters(api, new DeadLetterEndpoints(
                deadLetters, services.GetRequiredService<DeliveryIntake>(), services.GetRequiredService<IRouteDirectory>()));
        }

        if (services.GetService<DeliveryOverview>() is { } overview)
        {
            MapDeliveries(api, new DeliveryEndpoints(overview, services.GetRequiredService<IDeadLetterStore>()));
        }

        if (services.GetService<IEventLog>() is { } log)
        {
            var routes = services.GetRequiredService<IRouteDirectory>();
            MapEvents(api, new EventLogEndpoints(log, routes), new RedeliveryEndpoints(
                log, services.GetRequiredService<DeliveryIntake>(), services.GetRequiredService<GatewayRegistry>(), routes));
        }

        if (services.GetService<Replayer>() is { } replays)
        {
            MapReplays(api, new ReplayEndpoints(replays, services.GetRequiredService<GatewayRegistry>()));
        }
    }

    private static void MapDeliveries(RouteGroupBuilder api, DeliveryEndpoints deliveries)
    {
        const string all = $"{SpacesPath}/{{space}}/deliveries";
        var group = api.MapGroup("").WithTags("Delivery").AddEndpointFilter(UrlRules.CheckCollection("deliveries")).AddEndpointFilter(StoreFailures.AnswerAsync);

        group.MapGet(all, (Delegate)deliveries.ListAsync)
            .WithName("ListDeliveries")
            .WithSummary("Lists the deliveries that are not delivered, with what holds them.")
            .Produces<DeliveryList>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 503)
            .WithMetadata([OperationTraits.Space, .. DeliveryQuery.OfList]);
        group.MapNotAllowed(all, "GET");

        group.MapPost($"{all}/retry", (Delegate)deliveries.RetryManyAsync)
            .WithName("RetryDeliveries")
            .WithSummary("Makes the next attempts at all waiting deliveries due now that a filter selects.")
            .Produces<RetryDocument>(StatusCodes.Status202Accepted, JsonType)
            .Refuses(400, 503)
            .WithMetadata([OperationTraits.Space, .. DeliveryQuery.OfMany]);
        group.MapNotAllowed($"{all}/retry", "POST");

        const string one = $"{all}/{{id}}/retry";
        group.MapPost(one, (Delegate)deliveries.RetryAsync)
            .WithName("RetryDelivery")
            .WithSummary("Makes the next attempt at a waiting delivery due now.")
            .Produces<RetryDocument>(StatusCodes.Status202Accepted, JsonType)
            .Refuses(400, 404, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id);
        group.MapNotAllowed(one, "POST");
    }

    private static void MapDeadLetters(RouteGroupBuilder api, DeadLetterEndpoints deadLetters)
    {
        const string all = $"{SpacesPath}/{{space}}/deadletters";
        const string one = $"{all}/{{id}}";
        var group = api.MapGroup("").WithTags("DeadLetter").AddEndpointFilter(UrlRules.CheckCollection("deadletters")).AddEndpointFilter(StoreFailures.AnswerAsync);

        group.MapGet(all, (Delegate)deadLetters.ListAsync)
            .WithName("ListDeadLetters")
            .WithSummary("Lists the deliveries that failed for good.")
            .Produces<DeadLetterList>(StatusCodes.Status200OK, JsonType)
            .Refuses(400)
            .WithMetadata([OperationTraits.Space, .. DeadLetterQuery.OfList]);
        group.MapDelete(all, (Delegate)deadLetters.DeleteManyAsync)
            .WithName("DeleteDeadLetters")
            .WithSummary("Deletes all dead letters that a filter selects.")
            .Produces<DeletionDocument>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 503)
            .WithMetadata([OperationTraits.Space, .. DeadLetterQuery.OfMany]);
        group.MapNotAllowed(all, "GET, DELETE");

        group.MapPost($"{all}/redeliver", (Delegate)deadLetters.RedeliverManyAsync)
            .WithName("RedeliverDeadLetters")
            .WithSummary("Delivers again all dead letters that a filter selects.")
            .Produces<RedeliveryDocument>(StatusCodes.Status202Accepted, JsonType)
            .Refuses(400, 503)
            .WithMetadata([OperationTraits.Space, .. DeadLetterQuery.OfMany]);
        group.MapNotAllowed($"{all}/redeliver", "POST");

        group.MapGet(one, (Delegate)deadLetters.GetAsync)
            .WithName("GetDeadLetter")
            .WithSummary("Shows a dead letter with its event.")
            .Produces<DeadLetterDocument>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 404)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id);
        group.MapDelete(one, (Delegate)deadLetters.DeleteAsync)
            .WithName("DeleteDeadLetter")
            .WithSummary("Deletes a dead letter.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(400, 404, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id);
        group.MapNotAllowed(one, "GET, DELETE");

        group.MapPost($"{one}/redeliver", (Delegate)deadLetters.RedeliverAsync)
            .WithName("RedeliverDeadLetter")
            .WithSummary("Delivers a dead letter's event again.")
            .Produces<RedeliveryDocument>(StatusCodes.Status202Accepted, JsonType)
            .Refuses(400, 404, 409, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id);
        group.MapNotAllowed($"{one}/redeliver", "POST");
    }

    private static void MapEvents(RouteGroupBuilder api, EventLogEndpoints events, RedeliveryEndpoints redeliveries)
    {
        const string all = $"{SpacesPath}/{{space}}/events";
        const string one = $"{all}/{{id}}";
        var group = api.MapGroup("").WithTags("Event").AddEndpointFilter(UrlRules.CheckCollection("events")).AddEndpointFilter(StoreFailures.AnswerAsync);

        group.MapGet(all, (Delegate)events.ListAsync)
            .WithName("ListEvents")
            .WithSummary("Lists the events that were accepted for delivery.")
            .Produces<EventList>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 503)
            .WithMetadata([OperationTraits.Space, .. EventQuery.OfList]);
        group.MapNotAllowed(all, "GET");

        group.MapGet(one, (Delegate)events.GetAsync)
            .WithName("GetEvent")
            .WithSummary("Shows an event with all deliveries and attempts.")
            .Produces<EventDocument>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 404, 503)
            .WithMetadata([OperationTraits.Space | OperationTraits.Id, .. EventQuery.OfOne]);
        group.MapNotAllowed(one, "GET");

        group.MapPost($"{one}/redeliver", (Delegate)redeliveries.RedeliverAsync)
            .WithName("RedeliverEvent")
            .WithSummary("Delivers a logged event again, to all of its subscriptions or some.")
            .Accepts<RedeliveryRequestDocument>(isOptional: true, JsonType, AnyType)
            .Produces<RedeliveryDocument>(StatusCodes.Status202Accepted, JsonType)
            .Refuses(400, 404, 409, 413, 415, 503)
            .WithMetadata([OperationTraits.Space | OperationTraits.Id, .. EventQuery.OfOne]);
        group.MapNotAllowed($"{one}/redeliver", "POST");
    }

    private static void MapReplays(RouteGroupBuilder api, ReplayEndpoints replays)
    {
        const string all = $"{SpacesPath}/{{space}}/replays";
        const string one = $"{all}/{{id}}";
        var group = api.MapGroup("").WithTags("Replay").AddEndpointFilter(UrlRules.CheckCollection("replays")).AddEndpointFilter(StoreFailures.AnswerAsync);

        group.MapGet(all, (Delegate)replays.List)
            .WithName("ListReplays")
            .WithSummary("Lists the last replays, at most 100.")
            .Produces<ReplayList>(StatusCodes.Status200OK, JsonType)
            .Refuses(400)
            .WithMetadata(OperationTraits.Space);
        group.MapPost(all, (Delegate)replays.StartAsync)
            .WithName("StartReplay")
            .WithSummary("Delivers logged events to a subscription again.")
            .Accepts<ReplayRequestDocument>(JsonType, AnyType)
            .Produces<ReplayDocument>(StatusCodes.Status201Created, JsonType)
            .Refuses(400, 409, 413, 415, 503)
            .WithMetadata(OperationTraits.Space);
        group.MapNotAllowed(all, "GET, POST");

        group.MapGet(one, (Delegate)replays.Get)
            .WithName("GetReplay")
            .WithSummary("Shows a replay and its progress.")
            .Produces<ReplayDocument>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 404)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id);
        group.MapDelete(one, (Delegate)replays.CancelAsync)
            .WithName("CancelReplay")
            .WithSummary("Cancels a replay, or removes one that has ended.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(400, 404, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id);
        group.MapNotAllowed(one, "GET, DELETE");

        MapChange(group, $"{one}/pause", "PauseReplay", "Pauses a replay.", replays.PauseAsync);
        MapChange(group, $"{one}/resume", "ResumeReplay", "Resumes a paused replay.", replays.ResumeAsync);
    }

    private static void MapChange(RouteGroupBuilder group, string pattern, string name, string summary, Func<HttpContext, Task<IResult>> change)
    {
        group.MapPost(pattern, (Delegate)change)
            .WithName(name)
            .WithSummary(summary)
            .Produces<ReplayDocument>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 404, 409, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id);
        group.MapNotAllowed(pattern, "POST");
    }
}
