using EventGateway.Api.Requests;

namespace EventGateway.Observability;

/// <summary>The Prometheus endpoint on the listener of the Configuration API.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Maps <c>/metrics</c>, and <c>/v1/metrics</c> as in 0.9.</summary>
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

    // Buffers the answer, because the exporter serves one client at a time: a slow client must not block others.
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

        LowerExponents(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        context.Response.ContentLength = buffer.Length;
        buffer.Position = 0;
        await buffer.CopyToAsync(body, context.RequestAborted);
    }

    // The exporter writes the label of a bucket as 1E-05. Version 0.9, like other programs with Prometheus metrics, writes 1e-05.
    private static void LowerExponents(Span<byte> text)
    {
        for (int label; (label = text.IndexOf("le=\""u8)) >= 0;)
        {
            text = text[(label + "le=\""u8.Length)..];
            var end = text.IndexOf((byte)'"');
            text[..Math.Max(end, 0)].Replace((byte)'E', (byte)'e');
        }
    }
}
