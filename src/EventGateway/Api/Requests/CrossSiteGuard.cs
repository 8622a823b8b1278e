using System.Net;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>
/// Refuses requests to the Configuration API from web pages of other origins. A browser on the operator's machine can reach the
/// loopback listener, so any page could otherwise change the configuration (https://fetch.spec.whatwg.org/#origin-header,
/// https://www.w3.org/TR/fetch-metadata/).
/// </summary>
internal static class CrossSiteGuard
{
    /// <summary>Adds the guard. It does not affect clients that are not browsers.</summary>
    /// <param name="app">The application.</param>
    /// <param name="isLoopback">
    /// Whether the port of a request is on a loopback address. Then a request whose host is not a name of this machine is refused too:
    /// with DNS rebinding, a page's own name can lead to this machine, and the browser sees the same origin.
    /// </param>
    public static IApplicationBuilder UseCrossSiteGuard(this IApplicationBuilder app, Func<HttpContext, bool> isLoopback) =>
        app.Use(next => context => Refusal(context.Request, isLoopback(context)) is { } refusal
            ? JsonResponse.Error(StatusCodes.Status403Forbidden, refusal).ExecuteAsync(context)
            : next(context));

    private static string? Refusal(HttpRequest request, bool isLoopback) =>
        IsForeign(request) ? "Origin: pages of other origins may not use the Configuration API."
        : isLoopback && !IsOfThisMachine(request.Host.Host) ? "Host: not a name of this machine; localhost and IP addresses are accepted."
        : null;

    private static bool IsOfThisMachine(string host) =>
        host.Length == 0
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out _);

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
