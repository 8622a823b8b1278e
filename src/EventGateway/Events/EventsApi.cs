using EventGateway.Engine.Authorization;
using EventGateway.Events.Access;
using EventGateway.Serving;

namespace EventGateway.Events;

/// <summary>Adds the Events API to the program.</summary>
internal static class EventsApi
{
    /// <summary>Adds the services of the Events API.</summary>
    public static IServiceCollection AddEventsApi(this IServiceCollection services) =>
        services
            .AddSingleton<EventMetrics>()
            .AddSingleton<AccessLog>()
            .AddSingleton<LoopGuard>()
            .AddSingleton<RequestBodies>()
            .AddSingleton<DedupKeys>()
            .AddSingleton<RequestEventReader>()
            .AddSingleton<HttpRequestEvents>()
            .AddSingleton<AuthorizationCache>()
            .AddSingleton<Authorizers>()
            .AddHttpForwarder()
            .AddSingleton<ForwardedHeaders>()
            .AddSingleton<RawTimeoutPool>()
            .AddSingleton<RawCaller>()
            .AddSingleton<SyncCaller>()
            .AddSingleton<EventRouter>()
            .AddSingleton<CorsResponse>()
            .AddSingleton<AcceptedResponse>()
            .AddSingleton<DevFallback>()
            .AddSingleton<UnmatchedEvents>()
            .AddSingleton<EventDelivery>()
            .AddSingleton<RawForwarding>()
            .AddSingleton<UnmatchedRequests>()
            .AddSingleton<PlainRequests>()
            .AddSingleton<RequestPipeline>()
            .AddSingleton<EventsEndpoint>();

    /// <summary>Answers every request of the Events listener and passes on all others.</summary>
    public static IApplicationBuilder UseEventsApi(this IApplicationBuilder app)
    {
        var endpoint = app.ApplicationServices.GetRequiredService<EventsEndpoint>();
        return app.Use(next => context => Listeners.IsEvents(context) ? endpoint.HandleAsync(context) : next(context));
    }
}
