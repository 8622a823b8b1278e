using System.Collections.Frozen;
using EventGateway.Engine.Registry;

namespace EventGateway.Observability;

/// <summary>
/// Records requests for resources of the Configuration API. Labels have only known values: with values from the URL, clients
/// could create any number of series.
/// </summary>
internal static class ConfigMetricsMiddleware
{
    // Routing ignores the case of the names.
    private static readonly FrozenSet<string> Resources =
        new[] { "eventtypes", "functions", "subscriptions", "cors" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the middleware. It must come after routing.</summary>
    public static IApplicationBuilder UseConfigMetrics(this IApplicationBuilder app)
    {
        var metrics = app.ApplicationServices.GetRequiredService<ConfigMetrics>();
        var registry = app.ApplicationServices.GetRequiredService<GatewayRegistry>();
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use(async (context, next) =>
        {
            var started = time.GetTimestamp();
            var space = context.Request.RouteValues["space"] as string;
            // Checked before and after: a request may create the space, or delete its last resource.
            var isKnown = space is not null && registry.HasSpace(space);
            await next(context);
            if (space is not null
                && context.Request.Path.Value?.Split('/') is ["", "v1", "spaces", _, var segment, .. var id]
                && Resources.TryGetValue(segment, out var resource)
                && Operation(context.Request.Method, id) is { } operation)
            {
                isKnown = isKnown || registry.HasSpace(space);
                metrics.Record(isKnown ? space : string.Empty, resource, operation, time.GetElapsedTime(started));
            }
        });
    }

    // id: the id and what follows it. An id can have several segments.
    private static string? Operation(string method, string[] id) => (method, id) switch
    {
        ("GET" or "HEAD", []) => "list",
        ("GET" or "HEAD", _) => "get",
        ("POST", []) => "create",
        ("PUT" or "PATCH", [_, ..]) => "update",
        ("POST", [_, var signing, var rotate]) when Is(signing, "signing") && Is(rotate, "rotate") => "update",
        ("DELETE", [_, ..]) => "delete",
        _ => null,
    };

    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);
}
