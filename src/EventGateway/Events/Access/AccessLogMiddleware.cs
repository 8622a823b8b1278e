using EventGateway.Serving;

namespace EventGateway.Events.Access;

/// <summary>Adds the access log to the program.</summary>
internal static class AccessLogMiddleware
{
    /// <summary>Logs requests of the Events API, with the answers of all middleware that is added later. Adds nothing when the log is off.</summary>
    public static void UseAccessLog(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<AccessLog>();
        if (log.IsOn)
        {
            app.Use(next => context => Listeners.IsEvents(context) ? log.ServeAsync(next, context) : next(context));
        }
    }
}
