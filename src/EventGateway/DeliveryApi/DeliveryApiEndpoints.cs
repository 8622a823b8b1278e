using EventGateway.ConfigApi;
using EventGateway.Core.Delivery;
using EventGateway.Core.Routing;
using static EventGateway.ConfigApi.ConfigApiEndpoints;

namespace EventGateway.DeliveryApi;

/// <summary>Maps the operators' part of the Configuration API: what became of events.</summary>
internal static class DeliveryApiEndpoints
{
    /// <summary>Maps the dead letters of the durable store; nothing where there is none in the services.</summary>
    public static void MapDeliveryApi(this RouteGroupBuilder api)
    {
        var services = ((IEndpointRouteBuilder)api).ServiceProvider;
        if (services.GetService<IDeadLetterStore>() is { } deadLetters)
        {
            MapDeadLetters(api, new DeadLetterEndpoints(
                deadLetters, services.GetRequiredService<DeliveryIntake>(), services.GetRequiredService<IRouteDirectory>()));
        }
    }

    private static void MapDeadLetters(RouteGroupBuilder api, DeadLetterEndpoints deadLetters)
    {
        const string all = $"{SpacesPath}/{{space}}/deadletters";
        const string one = $"{all}/{{id}}";
        var group = api.MapGroup("").WithTags("DeadLetter").AddEndpointFilter(UrlRules.CheckCollection("deadletters"));

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
            .Refuses(400)
            .WithMetadata([OperationTraits.Space, .. DeadLetterQuery.OfMany]);
        group.MapNotAllowed(all, "GET, DELETE");

        group.MapPost($"{all}/redeliver", (Delegate)deadLetters.RedeliverManyAsync)
            .WithName("RedeliverDeadLetters")
            .WithSummary("Delivers again all that a filter selects.")
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
            .Refuses(400, 404)
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
}
