namespace EventGateway.Observability;

/// <summary>Records every request of the Configuration API that an endpoint for resources answers.</summary>
internal static class ConfigMetricsMiddleware
{
    /// <summary>Adds the recording; routing must have run.</summary>
    public static IApplicationBuilder UseConfigMetrics(this IApplicationBuilder app)
    {
        var metrics = app.ApplicationServices.GetRequiredService<ConfigMetrics>();
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use(async (context, next) =>
        {
            var started = time.GetTimestamp();
            await next(context);
            if (context.Request.RouteValues.TryGetValue("space", out var space)
                && context.Request.Path.Value?.Split('/') is ["", "v1", "spaces", _, var resource, .. var id]
                && Operation(context.Request.Method, id.Length > 0) is { } operation)
            {
                metrics.Record((string?)space ?? string.Empty, resource, operation, time.GetElapsedTime(started));
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
