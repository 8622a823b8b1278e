using EventGateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Serving.Refusals;

/// <summary>Refuses requests whose target has characters that HTTP does not allow.</summary>
internal static class TargetCheck
{
    private const string Text =
        "The path or the query has a space, a control character or a character outside ASCII; send it percent-encoded.";

    /// <summary>Adds the check.</summary>
    public static IApplicationBuilder UseTargetCheck(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<RefusalLog>();
        return app.Use(next => context => RequestTarget.IsPrintable(context.Request) ? next(context) : RefuseAsync(context, log));
    }

    private static Task RefuseAsync(HttpContext context, RefusalLog log)
    {
        log.Refused(context.Features.Get<IHttpRequestFeature>(), StatusCodes.Status400BadRequest, Text);
        return JsonResponse.Error(StatusCodes.Status400BadRequest, Text).ExecuteAsync(context);
    }
}
