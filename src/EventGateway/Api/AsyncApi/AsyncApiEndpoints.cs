using System.Text.Json.Nodes;
using EventGateway.Abstractions.Resources;
using EventGateway.Api.Description;
using EventGateway.Api.Requests;
using EventGateway.Engine.Registry;
using EventGateway.Http;
using static EventGateway.Api.Requests.ApiEndpoint;

namespace EventGateway.Api.AsyncApi;

/// <summary>Describes what senders can send, in an AsyncAPI 3.0 document made of the subscriptions.</summary>
/// <param name="registry">The subscriptions.</param>
/// <param name="events">Has the schema of events.</param>
/// <param name="address">The address of the Events API.</param>
internal sealed class AsyncApiEndpoints(GatewayRegistry registry, EventsDocument events, EventsAddress address)
{
    private const string FileName = "asyncapi.json";

    private static readonly QueryParameter EventType = new("eventType", "Only what takes events of this type: subscriptions to it, and to families that include it. Default: all types.");

    /// <summary>Maps the document of all spaces, and that of one.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        var services = ((IEndpointRouteBuilder)api).ServiceProvider;
        var documents = ActivatorUtilities.CreateInstance<AsyncApiEndpoints>(services);
        Map(api, $"/{FileName}", documents.Write, OperationTraits.None, "GetAsyncApi", "Describes the events that all spaces take, as AsyncAPI 3.0.");
        Map(api, $"{SpacesPath}/{{space}}/{FileName}", documents.WriteSpace, OperationTraits.Space, "GetAsyncApiOfSpace", "Describes the events that a space takes, as AsyncAPI 3.0.");
    }

    private static void Map(RouteGroupBuilder api, string path, Func<HttpContext, IResult> write, OperationTraits traits, string name, string summary)
    {
        api.MapGet(path, (Delegate)write)
            .WithName(name)
            .WithSummary(summary)
            .WithDescription($"The document is made of the subscriptions. One that would have more than {EventChannels.MaxMessages} messages is refused.")
            .WithTags("Description")
            .Produces<JsonObject>(StatusCodes.Status200OK, JsonType)
            .Produces(StatusCodes.Status304NotModified)
            .Refuses(400, 412)
            .WithMetadata([traits | OperationTraits.ETag | OperationTraits.Preconditions, EventType]);
        api.MapNotAllowed(path, "GET");
    }

    private IResult Write(HttpContext context) => Write(context, [.. registry.ListSpaces().Select(static space => space.Name)]);

    private IResult WriteSpace(HttpContext context) => Write(context, [new RequestUrl(context).Space]);

    private IResult Write(HttpContext context, IReadOnlyList<string> spaces)
    {
        var query = new QueryReader(context.Request.QueryString, [EventType]);
        // Before the subscriptions are read, so that the ETag is never newer than the document.
        var revision = registry.Revision;
        if (query.Error is { } error || !Preconditions.TryRead(context.Request, out var conditions, out error))
        {
            return error;
        }

        if (Preconditions.RefuseRead(conditions, revision) is { } unchanged)
        {
            return unchanged;
        }

        var type = query.Text(EventType.Name);
        var channels = new EventChannels();
        foreach (var entry in spaces.SelectMany(space => registry.Subscriptions.List(space, new ResourceQuery()).Entries))
        {
            if ((type is null || EventTypeFamily.Includes(entry.Resource.EventType, type)) && !channels.TryAdd(entry.Resource))
            {
                return JsonResponse.Error(
                    StatusCodes.Status400BadRequest,
                    $"{FileName}: the document would have more than {EventChannels.MaxMessages} messages (event types, on each method and path); "
                    + $"{SpacesPath}/{{space}}/{FileName} is accepted for a smaller space, or {EventType.Name}=<name> for one event type.");
            }
        }

        return new AsyncApiResponse(channels, events.CloudEvent(), address, revision);
    }
}
