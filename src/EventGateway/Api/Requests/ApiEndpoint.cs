using EventGateway.Engine;
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

    /// <summary>Answers 405 to every other method at a pattern of the Configuration API. An endpoint for GET takes HEAD too.</summary>
    /// <param name="group">The group of the pattern's other endpoints.</param>
    /// <param name="allow">The methods of the pattern's other endpoints, separated by commas, without HEAD.</param>
    public static void MapNotAllowed(this RouteGroupBuilder group, string pattern, string allow)
    {
        IEndpointRouteBuilder endpoints = group;
        endpoints.MapNotAllowed(pattern, AnswersHead(endpoints.ServiceProvider) ? allow.Replace("GET", "GET, HEAD", StringComparison.Ordinal) : allow);
    }

    /// <summary>Lets the endpoints for GET answer HEAD (RFC 9110, section 9.3.2), except as in 0.9.</summary>
    public static RouteGroupBuilder AnswerHead(this RouteGroupBuilder group)
    {
        if (AnswersHead(((IEndpointRouteBuilder)group).ServiceProvider))
        {
            ((IEndpointConventionBuilder)group).Finally(static endpoint =>
            {
                if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is ["GET"])
                {
                    endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
                }
            });
        }

        return group;
    }

    /// <summary>Adds the error statuses of an endpoint to the OpenAPI document.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<ErrorsDocument>(status, JsonType);
        }

        return endpoint;
    }

    private static bool AnswersHead(IServiceProvider services) => services.GetService<GatewayDefaults>() is not { AnswersHead: false };
}
