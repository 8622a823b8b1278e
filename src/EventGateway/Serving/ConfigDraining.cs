namespace EventGateway.Serving;

/// <summary>Refuses writes to the Configuration API while the program stops. Reads are still answered.</summary>
internal static class ConfigDraining
{
    /// <summary>Adds the middleware.</summary>
    public static IApplicationBuilder UseConfigDraining(this IApplicationBuilder app)
    {
        var draining = app.ApplicationServices.GetRequiredService<Draining>();
        var connections = app.ApplicationServices.GetRequiredService<OpenConnections>();
        return app.Use(next => async context =>
        {
            var connection = connections.Begin(context);
            try
            {
                await (draining.IsDraining && !IsRead(context.Request.Method) ? Draining.RefuseAsync(context) : next(context));
            }
            finally
            {
                connection?.End();
            }
        });
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
