using EventGateway.Api.Requests;

namespace EventGateway.Observability;

/// <summary>The Prometheus text on the Configuration API's listener.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Maps <c>/metrics</c> and the <c>/v1/metrics</c> of 0.9.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        foreach (var path in (string[])["/metrics", "/v1/metrics"])
        {
            endpoints
                .MapPrometheusScrapingEndpoint(path, meterProvider: null, branch => branch.Use(BufferAsync), optionsName: null)
                .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
            endpoints.MapNotAllowed(path, "GET");
        }
    }

    // The exporter collects no more while an answer is written: a client that reads slowly must not hold up the others.
    private static async Task BufferAsync(HttpContext context, RequestDelegate next)
    {
        using var buffer = new MemoryStream();
        var body = context.Response.Body;
        context.Response.Body = buffer;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        context.Response.ContentLength = buffer.Length;
        buffer.Position = 0;
        await buffer.CopyToAsync(body, context.RequestAborted);
    }
}
