using EventGateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Serving.Refusals;

/// <summary>
/// Refuses requests whose length servers read in different ways, which Kestrel accepts: a coding before <c>chunked</c>, and
/// <c>Content-Length</c> beside it. One of two servers on the way could take a part of the body for the next request (RFC 9112,
/// section 11.2).
/// </summary>
internal static class FramingCheck
{
    /// <summary>Says what <c>Content-Length</c> accepts.</summary>
    public const string BadLength = "Content-Length: must have only digits, at most 18 of them";

    /// <summary>Says what <c>Transfer-Encoding</c> accepts.</summary>
    public const string BadCoding = "Transfer-Encoding: only chunked is accepted";

    private const string Both = "The request has both Content-Length and Transfer-Encoding; only one is accepted.";

    // Kestrel moves a Content-Length beside Transfer-Encoding there.
    private const string MovedLength = "X-Content-Length";

    /// <summary>Adds the check.</summary>
    public static IApplicationBuilder UseFramingCheck(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<RefusalLog>();
        return app.Use(next => context => Find(context.Request) is { } refusal ? RefuseAsync(context, refusal.Status, refusal.Text, log) : next(context));
    }

    private static (int Status, string Text)? Find(HttpRequest request)
    {
        if (request.ContentLength is ContentLengthEncoding.Malformed)
        {
            return (StatusCodes.Status400BadRequest, BadLength);
        }

        var codings = request.Headers.TransferEncoding;
        return codings.Count == 0 ? null
            : request.Headers.ContainsKey(MovedLength) ? (StatusCodes.Status400BadRequest, Both)
            : codings.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase) ? null
            // RFC 9112, section 6.1.
            : (StatusCodes.Status501NotImplemented, BadCoding);
    }

    // Nothing that follows on the connection is read as a request.
    private static Task RefuseAsync(HttpContext context, int status, string text, RefusalLog log)
    {
        log.Refused(context.Features.Get<IHttpRequestFeature>(), status, text);
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        return JsonResponse.Error(status, text).ExecuteAsync(context);
    }
}
