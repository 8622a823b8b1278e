using EventGateway.Http;

namespace EventGateway.Serving;

/// <summary>Answers only metrics and health on the port of <c>--metrics-port</c>.</summary>
internal static class MetricsPort
{
    private static readonly string[] Paths = ["/metrics", "/livez", "/readyz"];

    /// <summary>Refuses all other paths on this port. The endpoints are those of the Configuration API.</summary>
    public static void UseMetricsPort(this IApplicationBuilder app) =>
        app.Use(next => context => !Listeners.IsMetrics(context) || Paths.Contains(context.Request.Path.Value, StringComparer.Ordinal)
            ? next(context)
            : JsonResponse.Error(StatusCodes.Status404NotFound, $"This port has {string.Join(", ", Paths)} only.").ExecuteAsync(context));
}
