using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Describes the endpoints of the Configuration API.</summary>
internal static class ApiEndpoint
{
    /// <summary>The media type of bodies.</summary>
    public const string JsonType = "application/json";

    /// <summary>The media type of request bodies: clients of 0.9 may send JSON under any name, or none.</summary>
    public const string AnyType = "*/*";

    /// <summary>The path of the spaces.</summary>
    public const string SpacesPath = "/v1/spaces";

    /// <summary>Answers 405 to every method that nothing else at this pattern takes.</summary>
    /// <param name="endpoints">Where the pattern's other endpoints are.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="allow">The methods that the pattern takes, separated by commas.</param>
    public static void MapNotAllowed(this IEndpointRouteBuilder endpoints, string pattern, string allow) =>
        endpoints.Map(pattern, (Delegate)UrlRules.Refuse(allow)).ExcludeFromDescription();

    /// <summary>Tells the OpenAPI document which refusals an endpoint has.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<ErrorsDocument>(status, JsonType);
        }

        return endpoint;
    }
}
