using EventGateway.CloudEvents.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Http;

/// <summary>Reads the target of a request as it was sent: the path that ASP.NET offers is normalized.</summary>
internal static class RequestTarget
{
    /// <summary>Returns the path as it was sent, with its escapes and without the query.</summary>
    public static string RawPath(HttpRequest request)
    {
        var target = request.HttpContext.Features.Find<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target) || target == "*")
        {
            return request.Path.ToUriComponent() is { Length: > 0 } path ? path : "/";
        }

        return RawPath(target);
    }

    /// <summary>Returns the path of a target, without its host and query, which may hold credentials.</summary>
    public static string RawPath(string target)
    {
        if (target[0] != '/')
        {
            // The absolute form, as sent to proxies: http://host/path.
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var path = authority < 0 ? -1 : target.AsSpan(authority + 3).IndexOfAny('/', '?');
            target = path < 0 || target[authority + 3 + path] == '?' ? "/" : target[(authority + 3 + path)..];
        }

        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    /// <summary>Returns the query as it was sent, without the question mark. Null when the target has no question mark.</summary>
    public static string? RawQuery(HttpRequest request)
    {
        var target = request.HttpContext.Features.Find<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target))
        {
            target = request.QueryString.Value ?? "";
        }

        var query = target.IndexOf('?');
        return query < 0 ? null : target[(query + 1)..];
    }

    /// <summary>
    /// Returns whether the target has only printable ASCII characters. Over HTTP/2 Kestrel accepts other characters, which RFC 3986
    /// does not allow.
    /// </summary>
    public static bool IsPrintable(HttpRequest request) =>
        request.HttpContext.Features.Find<IHttpRequestFeature>() is not { } feature || TargetText.IsPrintable(feature.RawTarget);

    /// <summary>Returns whether the target has a fragment. Requests should have none, and servers read it in different ways.</summary>
    public static bool HasFragment(HttpRequest request) =>
        request.HttpContext.Features.Find<IHttpRequestFeature>()?.RawTarget.Contains('#', StringComparison.Ordinal) is true;
}
