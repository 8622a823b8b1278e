using EventGateway.Http;

namespace EventGateway.ConfigApi;

/// <summary>
/// Keeps web pages of other origins off the Configuration API: a browser on the operator's machine reaches the loopback
/// listener too, and would carry out what any page tells it (https://fetch.spec.whatwg.org/#origin-header,
/// https://www.w3.org/TR/fetch-metadata/).
/// </summary>
internal static class CrossSiteGuard
{
    /// <summary>Refuses requests that a page of another origin made; programs that are no browsers are not concerned.</summary>
    public static IApplicationBuilder UseCrossSiteGuard(this IApplicationBuilder app) =>
        app.Use(next => context => IsForeign(context.Request)
            ? JsonAnswer.Error(StatusCodes.Status403Forbidden, "Origin: pages of other origins may not use the Configuration API.").ExecuteAsync(context)
            : next(context));

    private static bool IsForeign(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
        {
            return true;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
