namespace EventGateway.Serving;

/// <summary>The Configuration API while the program stops: reads are answered, writes are not.</summary>
internal static class ConfigDraining
{
    /// <summary>Turns writes away while the program stops.</summary>
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
