using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>The rules for all URLs of the Configuration API.</summary>
internal static class UrlRules
{
    /// <summary>Refuses a path with a <c>%</c> that does not start a valid escape.</summary>
    public static async ValueTask<object?> CheckEscapesAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next) =>
        new RequestUrl(invocation.HttpContext).IsWellEscaped
            ? await next(invocation)
            : JsonResponse.Error(StatusCodes.Status400BadRequest, "URL: every '%' of the path must be followed by two hexadecimal digits.");

    /// <summary>Redirects a client that spelled the collection in another case, and answers 404 for a space with a slash in its name.</summary>
    /// <param name="collection">The name of the collection.</param>
    public static Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> CheckCollection(string collection) =>
        async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var url = new RequestUrl(context);
            if (url.Space.Contains('/'))
            {
                return NotFound(context);
            }

            return url.Collection == collection
                ? await next(invocation)
                : Redirect(context, url.PathWithCollection(collection));
        };

    /// <summary>Answers a URL without an endpoint.</summary>
    public static IResult NotFound(HttpContext context) => new RequestUrl(context).TryCollapse(out var path)
        ? Redirect(context, path)
        : JsonResponse.Error(StatusCodes.Status404NotFound, "There is nothing at this URL. A space has eventtypes, functions, subscriptions, cors, deliveries, deadletters, events and replays, at /v1/spaces/{space}/eventtypes and so on.");

    /// <summary>Answers a method that a URL does not accept.</summary>
    /// <param name="allow">The methods that the URL accepts.</param>
    public static Func<HttpContext, IResult> Refuse(string allow) => context => JsonResponse.NotAllowed(
        allow, $"{context.Request.Method} is not possible here; {allow} {(allow.Contains(',') ? "are" : "is")} accepted.");

    /// <summary>Redirects to a path. Methods other than GET and HEAD keep their method and body.</summary>
    public static IResult Redirect(HttpContext context, string path)
    {
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return Results.Redirect(path + context.Request.QueryString, permanent: isRead, preserveMethod: !isRead);
    }
}
