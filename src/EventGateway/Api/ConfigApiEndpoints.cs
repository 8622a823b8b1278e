using System.Text.Json.Nodes;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Api.AsyncApi;
using EventGateway.Api.Config;
using EventGateway.Api.Delivery;
using EventGateway.Api.Description;
using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery.Memory;
using EventGateway.Engine.Registry;
using EventGateway.Http;
using static EventGateway.Api.Requests.ApiEndpoint;

namespace EventGateway.Api;

/// <summary>Maps the Configuration API.</summary>
internal static class ConfigApiEndpoints
{
    private const OperationTraits Versioned = OperationTraits.ETag | OperationTraits.Preconditions;

    /// <summary>
    /// Maps <c>/v1/spaces</c> and everything below it, the documents that describe both APIs, and a fallback for every other URL. Needs
    /// <see cref="ConfigApiServices.AddConfigApi"/> and a <see cref="GatewayRegistry"/> in the services.
    /// </summary>
    /// <returns>The endpoints, so that the caller can add conventions.</returns>
    public static IEndpointConventionBuilder MapConfigApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var registry = endpoints.ServiceProvider.GetRequiredService<GatewayRegistry>();
        var api = endpoints.MapGroup("").AnswerHead().AddEndpointFilter(UrlRules.CheckEscapesAsync);
        if (!registry.IgnoresUnknown)
        {
            api.AddEndpointFilter(QueryRules.CheckAsync);
        }

        var log = endpoints.ServiceProvider.GetRequiredService<ConfigLog>();
        MapSpaces(api, endpoints.ServiceProvider, log);
        MapResources<EventType, EventTypeList>(
            api, new ResourceEndpoints<EventType>(registry.EventTypes, log, "eventtypes", "eventTypes", "EventType") { IgnoresUnknown = registry.IgnoresUnknown },
            ("an event type", "event types"));
        MapResources<Function, FunctionList>(
            api, new ResourceEndpoints<Function>(registry.Functions, log, "functions", "functions", "Function") { IgnoresUnknown = registry.IgnoresUnknown },
            ("a function", "functions"));
        MapSigning(api, new SigningEndpoints(endpoints.ServiceProvider.GetRequiredService<SigningKeys>(), log));
        MapResources<Subscription, SubscriptionList>(
            api, new ResourceEndpoints<Subscription>(registry.Subscriptions, log, "subscriptions", "subscriptions", "Subscription") { IgnoresUnknown = registry.IgnoresUnknown },
            ("a subscription", "subscriptions"));
        MapResources<CorsConfiguration, CorsList>(
            api, new ResourceEndpoints<CorsConfiguration>(registry.Cors, log, "cors", "cors", "Cors") { RawIds = true, IgnoresUnknown = registry.IgnoresUnknown },
            ("a CORS configuration", "CORS configurations"));
        api.MapDeliveryApi();
        api.MapDescriptions();
        AsyncApiEndpoints.Map(api);
        api.Map("/{**path}", (Delegate)UrlRules.NotFound).WithOrder(int.MaxValue).ExcludeFromDescription();
        return api;
    }

    private static void MapSpaces(RouteGroupBuilder api, IServiceProvider services, ConfigLog log)
    {
        IDeliveryStore?[] stores = [services.GetService<IDeliveryStore>(), services.GetService<MemoryDeliveryStore>()];
        var spaces = new SpaceEndpoints(
            services.GetRequiredService<GatewayRegistry>(), [.. stores.OfType<IDeliveryStore>().Distinct()], services.GetService<IDeadLetterStore>(), log);
        api.MapGet(SpacesPath, (Delegate)spaces.List)
            .WithName("ListSpaces")
            .WithSummary("Lists the spaces that hold resources.")
            .WithTags("Spaces")
            .Produces<SpacesDocument>(StatusCodes.Status200OK, JsonType)
            .Produces<ErrorsDocument>(StatusCodes.Status400BadRequest, JsonType)
            .WithMetadata(OperationTraits.List);
        api.MapNotAllowed(SpacesPath, "GET");

        const string one = $"{SpacesPath}/{{space}}";
        api.MapDelete(one, (Delegate)spaces.DeleteAsync)
            .WithName("DeleteSpace")
            .WithSummary("Deletes a space: all its resources, waiting deliveries and dead letters.")
            .WithTags("Spaces")
            .AddEndpointFilter(StoreFailures.AnswerAsync)
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(400, 404, 503)
            .WithMetadata([OperationTraits.Space, .. SpaceEndpoints.OfDeletion]);
        api.MapNotAllowed(one, "DELETE");
    }

    private static void MapSigning(RouteGroupBuilder api, SigningEndpoints signing)
    {
        const string rotate = $"{SpacesPath}/{{space}}/functions/{{id}}/signing/rotate";
        var group = api.MapGroup("").WithTags("Function").AddEndpointFilter(UrlRules.CheckCollection("functions"));
        group.MapPost(rotate, (Delegate)signing.RotateAsync)
            .WithName("RotateSigningKey")
            .WithSummary("Makes a new key that requests to the function are signed with, and answers with it once. The keys before it expire.")
            .Accepts<KeyRotationRequestDocument>(isOptional: true, JsonType, AnyType)
            .Produces<KeyRotationDocument>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 404, 412, 413, 415, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id | Versioned);
        group.MapNotAllowed(rotate, "POST");
    }

    private static void MapResources<T, TList>(RouteGroupBuilder api, ResourceEndpoints<T> resources, (string One, string Many) words)
        where T : class, IResource
    {
        var all = $"{SpacesPath}/{{space}}/{resources.Collection}";
        var one = $"{all}/{(resources.RawIds ? "{**id}" : "{id}")}";
        var name = resources.Name;
        var group = api.MapGroup("").WithTags(name).AddEndpointFilter(UrlRules.CheckCollection(resources.Collection));

        group.MapGet(all, (Delegate)resources.List)
            .WithName($"List{name}")
            .WithSummary($"Lists the {words.Many} of a space.")
            .Produces<TList>(StatusCodes.Status200OK, JsonType)
            .Produces(StatusCodes.Status304NotModified)
            .Refuses(400, 412)
            .WithMetadata(OperationTraits.List | OperationTraits.Space | Versioned | OperationTraits.Filters);
        group.MapPost(all, (Delegate)resources.CreateAsync)
            .WithName($"Create{name}")
            .WithSummary($"Creates {words.One}.")
            .Accepts<T>(JsonType, AnyType)
            .Produces<T>(StatusCodes.Status201Created, JsonType)
            .Refuses(400, 409, 412, 413, 415, 503)
            .WithMetadata(OperationTraits.Space | Versioned);
        group.MapNotAllowed(all, "GET, POST");

        group.MapGet(one, (Delegate)resources.Get)
            .WithName($"Get{name}")
            .WithSummary($"Shows {words.One}.")
            .Produces<T>(StatusCodes.Status200OK, JsonType)
            .Produces(StatusCodes.Status304NotModified)
            .Refuses(400, 404, 412)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id | Versioned);
        group.MapPut(one, (Delegate)resources.UpdateAsync)
            .WithName($"Update{name}")
            .WithSummary($"Replaces {words.One}, or creates it with If-None-Match: *.")
            .Accepts<T>(JsonType, AnyType)
            .Produces<T>(StatusCodes.Status200OK, JsonType)
            .Produces<T>(StatusCodes.Status201Created, JsonType)
            .Refuses(400, 404, 409, 412, 413, 415, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id | Versioned);
        group.MapPatch(one, (Delegate)resources.PatchAsync)
            .WithName($"Patch{name}")
            .WithSummary("Changes the fields that a JSON merge patch names (RFC 7396). Null removes a field.")
            .Accepts<JsonObject>(PatchType.MergePatch, JsonType, AnyType)
            .Produces<T>(StatusCodes.Status200OK, JsonType)
            .Refuses(400, 404, 409, 412, 413, 415, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id | Versioned);
        group.MapDelete(one, (Delegate)resources.DeleteAsync)
            .WithName($"Delete{name}")
            .WithSummary($"Deletes {words.One}.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(400, 404, 412, 503)
            .WithMetadata(OperationTraits.Space | OperationTraits.Id | OperationTraits.Preconditions);
        group.MapNotAllowed(one, "GET, PUT, PATCH, DELETE");
    }
}
