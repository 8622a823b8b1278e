using System.Collections.Frozen;
using EventGateway.Engine.Registry;

namespace EventGateway.Observability;

/// <summary>
/// Records every request of the Configuration API that an endpoint for resources answers. Labels are never taken from the
/// URL as it is, where strangers could make up values without end.
/// </summary>
internal static class ConfigMetricsMiddleware
{
    // Routing takes the names in any case.
    private static readonly FrozenSet<string> Resources =
        new[] { "eventtypes", "functions", "subscriptions", "cors" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the recording; routing must have run.</summary>
    public static IApplicationBuilder UseConfigMetrics(this IApplicationBuilder app)
    {
        var metrics = app.ApplicationServices.GetRequiredService<ConfigMetrics>();
        var registry = app.ApplicationServices.GetRequiredService<GatewayRegistry>();
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use(async (context, next) =>
        {
            var started = time.GetTimestamp();
            var space = context.Request.RouteValues["space"] as string;
            // A request may make the space or delete the last that it holds.
            var isKnown = space is not null && registry.HasSpace(space);
            await next(context);
            if (space is not null
                && context.Request.Path.Value?.Split('/') is ["", "v1", "spaces", _, var segment, .. var id]
                && Resources.TryGetValue(segment, out var resource)
                && Operation(context.Request.Method, id.Length > 0) is { } operation)
            {
                isKnown = isKnown || registry.HasSpace(space);
                metrics.Record(isKnown ? space : string.Empty, resource, operation, time.GetElapsedTime(started));
            }
        });
    }

    private static string? Operation(string method, bool hasId) => (method, hasId) switch
    {
        ("GET", false) => "list",
        ("GET", true) => "get",
        ("POST", false) => "create",
        ("PUT", true) => "update",
        ("DELETE", true) => "delete",
        _ => null,
    };
}
