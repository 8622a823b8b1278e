using EventGateway.CloudEvents.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace EventGateway.Http;

/// <summary>Reads the <c>Content-Encoding</c> of requests, and removes it once the body is decoded.</summary>
internal static class RequestCodings
{
    /// <summary>Returns the codings of a request's body. Null when it has none, or cannot have a body.</summary>
    /// <param name="refusal">The answer to a request whose body cannot be decoded. Null when it can.</param>
    public static ContentCodings? Find(HttpRequest request, out JsonResponse? refusal)
    {
        refusal = null;
        if (request.Headers.ContentEncoding.Count == 0 || request.ContentLength == 0
            || request.HttpContext.Features.Find<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }

        if (!ContentCodings.TryParse(request.Headers.ContentEncoding, out var codings, out var error))
        {
            refusal = new JsonResponse(StatusCodes.Status415UnsupportedMediaType, JsonResponse.ErrorBody([$"The body has {error}."]))
            {
                AcceptEncoding = ContentCodings.Accepted,
            };
        }

        return codings;
    }

    /// <summary>Returns the answer to a request whose body is not valid in its codings.</summary>
    public static JsonResponse Damaged(ContentCodings codings) => JsonResponse.Error(
        StatusCodes.Status400BadRequest, $"The body is not valid {codings.Text}, its Content-Encoding, or it is incomplete.");

    /// <summary>Changes the headers to those of the decoded body.</summary>
    /// <param name="length">The length of the decoded body, in bytes.</param>
    public static void Remove(HttpRequest request, long length)
    {
        request.Headers.Remove(HeaderNames.ContentEncoding);
        if (request.ContentLength is not null)
        {
            request.ContentLength = length;
        }
    }
}
