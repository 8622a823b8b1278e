using EventGateway.Abstractions;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Sets the CORS headers that are configured for a method and path.</summary>
internal sealed partial class CorsResponse(GatewayDefaults defaults, TimeProvider time, ILogger<CorsResponse> logger)
{
    private readonly KeyedLogSampler _sampler = new(time);

    /// <summary>Applies CORS to a response.</summary>
    /// <param name="context">The request and its response.</param>
    /// <param name="routes">The routing table.</param>
    /// <param name="path">The request's path as it was sent.</param>
    /// <returns>Whether the request was a preflight. The headers are then the whole answer.</returns>
    public bool Apply(HttpContext context, RoutingTable routes, string path)
    {
        var headers = context.Request.Headers;

        var request = new CorsRequest(
            context.Request.Method,
            Read(headers.Origin),
            headers.AccessControlRequestMethod,
            headers.AccessControlRequestHeaders);

        if (defaults.AnswersHead && HttpMethods.IsHead(request.SettingsMethod) && routes.AnswersHeadWithGet(path))
        {
            request = request.WithSettingsMethod(HttpMethods.Get);
        }

        // A request without an origin gets only the Vary header, which is the same for all settings.
        var needsOnlyVary = string.IsNullOrEmpty(request.Origin) && !request.IsPreflight;
        if (routes.FindCors(request.SettingsMethod, path, ofAnySpace: needsOnlyVary) is not { } settings)
        {
            return false;
        }

        var cors = CorsPolicy.Evaluate(settings, request, defaults);
        CorsResponseHeaders.Set(context, cors);
        if (cors.Refusal is { } refusal && logger.IsEnabled(LogLevel.Information) && _sampler.TryTake(path, 0, out var suppressed))
        {
            LogRefused(request.RequestedMethod, path, request.Origin, refusal, suppressed);
        }

        return request.IsPreflight;
    }

    private static string? Read(string? origin) => origin is null ? null : HeaderText.Read(origin);

    [LoggerMessage(LogEvents.CorsRefused, LogLevel.Information,
        "Refused the preflight of {Method} {Path} from {Origin}: {Reason}.{Suppressed}")]
    private partial void LogRefused(string? method, string path, string? origin, string reason, SuppressedLines suppressed);
}
