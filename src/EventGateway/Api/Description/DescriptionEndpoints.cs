using EventGateway.Api.Requests;

namespace EventGateway.Api.Description;

/// <summary>Maps the documents that describe both APIs.</summary>
internal static class DescriptionEndpoints
{
    private const string ConfigPath = $"/openapi/{ConfigDocument.Name}.json";
    private const string EventsPath = "/openapi/events-v1.json";

    /// <summary>Maps the OpenAPI documents of both APIs.</summary>
    public static void MapDescriptions(this RouteGroupBuilder api)
    {
        var config = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<ConfigDocument>();
        var events = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<EventsDocument>();
        Map(api, ConfigPath, async context => await config.WriteAsync(context.RequestAborted));
        Map(api, EventsPath, context => ValueTask.FromResult(events.Write()));
    }

    private static void Map(RouteGroupBuilder api, string path, Func<HttpContext, ValueTask<byte[]>> write)
    {
        api.MapGet(path, (Delegate)(async (HttpContext context) => Results.Bytes(await write(context), "application/json; charset=utf-8")))
            .WithMetadata(OperationTraits.None)
            .ExcludeFromDescription();
        api.MapNotAllowed(path, "GET");
    }
}
