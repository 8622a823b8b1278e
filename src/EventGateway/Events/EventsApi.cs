using EventGateway.Engine.Authorization;
using EventGateway.Serving;

namespace EventGateway.Events;

/// <summary>Puts the Events API in front of everything else that the Events listener gets.</summary>
internal static class EventsApi
{
    /// <summary>Adds what the Events API needs.</summary>
    public static IServiceCollection AddEventsApi(this IServiceCollection services) =>
        services
            .AddSingleton<EventMetrics>()
            .AddSingleton<LoopGuard>()
            .AddSingleton<RequestBodies>()
            .AddSingleton<RequestEventReader>()
            .AddSingleton<HttpRequestEvents>()
            .AddSingleton<AuthorizationCache>()
            .AddSingleton<Authorizers>()
            .AddHttpForwarder()
            .AddSingleton<ForwardedHeaders>()
            .AddSingleton<RawCaller>()
            .AddSingleton<SyncCaller>()
            .AddSingleton<EventRouter>()
            .AddSingleton<EventDelivery>()
            .AddSingleton<RawForwarding>()
            .AddSingleton<UnmatchedRequests>()
            .AddSingleton<PlainRequests>()
            .AddSingleton<EventsServer>()
            .AddSingleton<EventsEndpoint>();

    /// <summary>Answers every request of the Events listener; other requests go on.</summary>
    public static IApplicationBuilder UseEventsApi(this IApplicationBuilder app)
    {
        var endpoint = app.ApplicationServices.GetRequiredService<EventsEndpoint>();
        return app.Use(next => context => Listeners.IsEvents(context) ? endpoint.HandleAsync(context) : next(context));
    }
}
