using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>What holds for every URL of the API.</summary>
internal static class UrlRules
{
    /// <summary>Refuses a path with a <c>%</c> that escapes nothing.</summary>
    public static async ValueTask<object?> CheckEscapesAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next) =>
        new RequestUrl(invocation.HttpContext).IsWellEscaped
            ? await next(invocation)
            : JsonResponse.Error(StatusCodes.Status400BadRequest, "URL: every '%' of the path must be followed by two hexadecimal digits.");

    /// <summary>Sends a client that wrote a collection's name in another case to the right URL; no space has a slash in its name.</summary>
    /// <param name="collection">The collection's name.</param>
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

    /// <summary>The answer where no other endpoint is.</summary>
    public static IResult NotFound(HttpContext context) => new RequestUrl(context).TryCollapse(out var path)
        ? Redirect(context, path)
        : JsonResponse.Error(StatusCodes.Status404NotFound, "There is nothing at this URL.");

    /// <summary>The answer to a method that an URL does not take.</summary>
    /// <param name="allow">The methods that it takes.</param>
    public static Func<HttpContext, IResult> Refuse(string allow) => context => JsonResponse.NotAllowed(
        allow, $"{context.Request.Method} is not possible here; {allow} {(allow.Contains(',') ? "are" : "is")} accepted.");

    /// <summary>Redirects so that other methods than GET keep their method and body.</summary>
    public static IResult Redirect(HttpContext context, string path) => Results.Redirect(
        path + context.Request.QueryString,
        permanent: HttpMethods.IsGet(context.Request.Method),
        preserveMethod: !HttpMethods.IsGet(context.Request.Method));
}
