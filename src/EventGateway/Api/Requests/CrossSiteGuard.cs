using System.Net;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>
/// Keeps web pages of other origins off the Configuration API: a browser on the operator's machine reaches the loopback
/// listener too, and would carry out what any page tells it (https://fetch.spec.whatwg.org/#origin-header,
/// https://www.w3.org/TR/fetch-metadata/).
/// </summary>
internal static class CrossSiteGuard
{
    /// <summary>Refuses requests that a page of another origin made; programs that are no browsers are not concerned.</summary>
    /// <param name="app">Where to.</param>
    /// <param name="isLoopback">
    /// Whether only this machine is listened to. Then a request to a name that is not the machine's own is refused as well:
    /// a page whose name has come to mean this machine (DNS rebinding) is of the same origin, as the browser sees it.
    /// </param>
    public static IApplicationBuilder UseCrossSiteGuard(this IApplicationBuilder app, bool isLoopback) =>
        app.Use(next => context => Refusal(context.Request, isLoopback) is { } refusal
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
