using EventGateway.CloudEvents.Http;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Sets the CORS headers that are configured for a method and path.</summary>
internal static class CorsResponse
{
    /// <summary>Applies CORS to a response.</summary>
    /// <param name="context">The request and its response.</param>
    /// <param name="routes">The routing table.</param>
    /// <param name="path">The request's path as it was sent.</param>
    /// <param name="credentialsFromAnyOrigin">Whether settings may allow credentials from any origin.</param>
    /// <returns>Whether the request was a preflight. The headers are then the whole answer.</returns>
    public static bool Apply(HttpContext context, RoutingTable routes, string path, bool credentialsFromAnyOrigin)
    {
        var headers = context.Request.Headers;

        var request = new CorsRequest(
            context.Request.Method,
            Read(headers.Origin),
            headers.AccessControlRequestMethod,
            headers.AccessControlRequestHeaders);

        // A request without an origin gets only the Vary header, which is the same for all settings.
        var needsOnlyVary = string.IsNullOrEmpty(request.Origin) && !request.IsPreflight;
        if (routes.FindCors(request.SettingsMethod, path, ofAnySpace: needsOnlyVary) is not { } settings)
        {
            return false;
        }

        CorsResponseHeaders.Set(context, CorsPolicy.Evaluate(settings, request, credentialsFromAnyOrigin));
        return request.IsPreflight;
    }

    private static string? Read(string? origin) => origin is null ? null : HeaderText.Read(origin);
}
