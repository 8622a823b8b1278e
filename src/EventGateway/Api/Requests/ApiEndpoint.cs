using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Names and extensions for mapping the endpoints of the Configuration API.</summary>
internal static class ApiEndpoint
{
    /// <summary>The media type of bodies.</summary>
    public const string JsonType = "application/json";

    /// <summary>The media type of request bodies. Clients of 0.9 may send JSON with any content type, or without one.</summary>
    public const string AnyType = "*/*";

    /// <summary>The path of the spaces.</summary>
    public const string SpacesPath = "/v1/spaces";

    /// <summary>Answers 405 to every other method at a pattern.</summary>
    /// <param name="endpoints">The group of the pattern's other endpoints.</param>
    /// <param name="allow">The methods of the pattern's other endpoints, separated by commas.</param>
    public static void MapNotAllowed(this IEndpointRouteBuilder endpoints, string pattern, string allow) =>
        endpoints.Map(pattern, (Delegate)UrlRules.Refuse(allow)).ExcludeFromDescription();

    /// <summary>Adds the error statuses of an endpoint to the OpenAPI document.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<ErrorsDocument>(status, JsonType);
        }

        return endpoint;
    }
}
