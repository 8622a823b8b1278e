using EventGateway.Api.Requests;

namespace EventGateway.Serving;

/// <summary>The health checks on the listener of the Configuration API.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps <c>/livez</c> and <c>/readyz</c>, and <c>/v1/status</c> as in 0.9.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var health = endpoints.ServiceProvider.GetRequiredService<Health>();
        foreach (var path in (string[])["/livez", "/readyz"])
        {
            endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], context =>
            {
                health.TryAnswer(context, path);
                return Task.CompletedTask;
            });
            endpoints.MapNotAllowed(path, "GET, HEAD");
        }

        endpoints.MapGet("/v1/status", _ => Task.CompletedTask);
        endpoints.MapNotAllowed("/v1/status", "GET");
    }
}
