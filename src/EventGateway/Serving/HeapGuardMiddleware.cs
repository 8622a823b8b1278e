using EventGateway.Http;

namespace EventGateway.Serving;

/// <summary>Refuses requests to the Configuration API while the heap is nearly full.</summary>
internal static class HeapGuardMiddleware
{
    private static readonly string[] Open = ["/livez", "/readyz", "/metrics", "/v1/metrics", "/v1/status"];

    /// <summary>Adds the guard. Health checks and metrics are always answered.</summary>
    public static void UseHeapGuard(this IApplicationBuilder app)
    {
        var heap = app.ApplicationServices.GetRequiredService<HeapGuard>();
        var overload = app.ApplicationServices.GetRequiredService<Overload>();
        app.Use(next => context =>
        {
            if (!heap.RefusesAll || Open.Contains(context.Request.Path.Value, StringComparer.Ordinal))
            {
                return next(context);
            }

            overload.Refused(Overload.Heap);
            return JsonResponse.Unavailable(TimeSpan.FromSeconds(5), Overload.NoMemory).ExecuteAsync(context);
        });
    }
}
