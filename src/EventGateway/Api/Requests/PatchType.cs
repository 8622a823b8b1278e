using EventGateway.Http;
using Microsoft.Net.Http.Headers;

namespace EventGateway.Api.Requests;

/// <summary>The media types of patches. Other kinds of patches are JSON too, so the type must say which one it is.</summary>
internal static class PatchType
{
    /// <summary>A JSON merge patch (RFC 7396).</summary>
    public const string MergePatch = "application/merge-patch+json";

    private const string Accepted = $"{MergePatch}, {ApiEndpoint.JsonType}";

    /// <summary>Returns 415 with <c>Accept-Patch</c> (RFC 5789, section 2.2) for a body of another type. Null when the type is accepted or missing.</summary>
    public static JsonResponse? Refuse(HttpRequest request)
    {
        if (string.IsNullOrEmpty(request.ContentType)
            || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                && (type.MediaType.Equals(MergePatch, StringComparison.OrdinalIgnoreCase)
                    || type.MediaType.Equals(ApiEndpoint.JsonType, StringComparison.OrdinalIgnoreCase))))
        {
            return null;
        }

        request.HttpContext.Response.Headers["Accept-Patch"] = Accepted;
        return JsonResponse.Error(
            StatusCodes.Status415UnsupportedMediaType, $"Content-Type: \"{request.ContentType}\"; {MergePatch} and {ApiEndpoint.JsonType} are accepted.");
    }
}
