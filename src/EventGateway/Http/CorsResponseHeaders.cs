using EventGateway.CloudEvents.Http;
using EventGateway.Engine.Routing;

namespace EventGateway.Http;

/// <summary>
/// The CORS headers of a response, which every answer to the request keeps: without them a browser hides the answer, and with it the
/// error, from the page.
/// </summary>
internal sealed class CorsResponseHeaders
{
    private readonly CorsHeaders _cors;

    private CorsResponseHeaders(CorsHeaders cors) => _cors = cors;

    /// <summary>Sets the headers of a response.</summary>
    public static void Set(HttpContext context, CorsHeaders cors)
    {
        context.Features.Set(new CorsResponseHeaders(cors));
        Write(context.Response.Headers, cors);
    }

    /// <summary>Clears a response that has not started, for another answer. Only the CORS headers stay.</summary>
    /// <remarks>Restores the headers also after the forwarder has cleared the response.</remarks>
    public static void ClearOthers(HttpContext context)
    {
        context.Response.Clear();
        if (context.Features.Get<CorsResponseHeaders>() is { } kept)
        {
            Write(context.Response.Headers, kept._cors);
        }
    }

    private static void Write(IHeaderDictionary headers, CorsHeaders cors)
    {
        if (cors.Vary is not null)
        {
            headers.Vary = cors.Vary;
        }

        if (cors.AllowOrigin is not null)
        {
            headers.AccessControlAllowOrigin = HeaderText.Write(cors.AllowOrigin);
        }

        if (cors.AllowMethods is not null)
        {
            headers.AccessControlAllowMethods = cors.AllowMethods;
        }

        if (cors.AllowHeaders is not null)
        {
            headers.AccessControlAllowHeaders = cors.AllowHeaders;
        }

        if (cors.AllowCredentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }
    }
}
