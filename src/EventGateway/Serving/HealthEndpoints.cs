using EventGateway.Api.Requests;

namespace EventGateway.Serving;

/// <summary>Health on the Configuration API's listener.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps <c>/livez</c>, <c>/readyz</c> and the <c>/v1/status</c> of 0.9.</summary>
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
