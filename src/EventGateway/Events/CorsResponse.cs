using EventGateway.Engine.Routing;

namespace EventGateway.Events;

/// <summary>Puts the CORS headers that a method and path are configured with on a response.</summary>
internal static class CorsResponse
{
    /// <summary>Applies CORS to a response.</summary>
    /// <param name="context">The request and its response.</param>
    /// <param name="routes">What is routed now.</param>
    /// <param name="path">The request's path as it was sent.</param>
    /// <param name="credentialsFromAnyOrigin">Whether settings may allow credentials from any origin.</param>
    /// <returns>Whether the request was a preflight, which is answered by the headers alone.</returns>
    public static bool Apply(HttpContext context, RoutingTable routes, string path, bool credentialsFromAnyOrigin)
    {
        var headers = context.Request.Headers;

        var request = new CorsRequest(
            context.Request.Method,
            headers.Origin,
            headers.AccessControlRequestMethod,
            headers.AccessControlRequestHeaders);

        // A request without an origin gets nothing but a Vary header, which all settings have in common.
        var needsOnlyVary = string.IsNullOrEmpty(request.Origin) && !request.IsPreflight;
        if (routes.FindCors(request.SettingsMethod, path, ofAnySpace: needsOnlyVary) is not { } settings)
        {
            return false;
        }

        Write(context.Response.Headers, CorsPolicy.Evaluate(settings, request, credentialsFromAnyOrigin));
        return request.IsPreflight;
    }

    private static void Write(IHeaderDictionary headers, CorsHeaders cors)
    {
        if (cors.Vary is not null)
        {
            headers.Vary = cors.Vary;
        }

        if (cors.AllowOrigin is not null)
        {
            headers.AccessControlAllowOrigin = cors.AllowOrigin;
        }

        if (cors.AllowMethods is not null)
        {
            headers.AccessControlAllowMethods = cors.AllowMethods;
        }

        if (cors.AllowHeaders is not null)
        {
            headers.AccessControlAllowHeaders = cors.AllowHeaders;
        }

        if (cors.AllowCredentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }
    }
}
