using EventGateway.Http;

namespace EventGateway.Serving;

/// <summary>Refuses requests whose target has characters that HTTP does not allow.</summary>
internal static class TargetCheck
{
    private const string Text =
        "The path or the query has a space, a control character or a character outside ASCII; send it percent-encoded.";

    /// <summary>Adds the check.</summary>
    public static IApplicationBuilder UseTargetCheck(this IApplicationBuilder app) => app.Use(next => context =>
        RequestTarget.IsPrintable(context.Request)
            ? next(context)
            : JsonResponse.Error(StatusCodes.Status400BadRequest, Text).ExecuteAsync(context));
}
