using EventGateway.CloudEvents.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Http;

/// <summary>Reads the target of a request as it was sent, since the server normalizes what it offers as the path.</summary>
internal static class RequestTarget
{
    /// <summary>The path as it was sent, escapes and all, without the query.</summary>
    public static string RawPath(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target) || target == "*")
        {
            return request.Path.ToUriComponent() is { Length: > 0 } path ? path : "/";
        }

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

    /// <summary>
    /// Whether the target has nothing but printable ASCII characters. Over HTTP/2 the server lets other characters through,
    /// which no target may have (RFC 3986).
    /// </summary>
    public static bool IsPrintable(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestFeature>() is not { } feature || TargetText.IsPrintable(feature.RawTarget);

    /// <summary>Whether the target has a fragment, which no request should have and servers read in different ways.</summary>
    public static bool HasFragment(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget.Contains('#', StringComparison.Ordinal) is true;

    /// <summary>The names of the query with their values, in the order of their first appearance.</summary>
    /// <remarks>A pair that holds a semicolon or does not decode is left out, as in 0.9.</remarks>
    public static OrderedDictionary<string, List<string>>? Query(HttpRequest request)
    {
        var query = request.QueryString.Value;
        if (query is null || query.Length <= 1)
        {
            return null;
        }

        var names = new OrderedDictionary<string, List<string>>(StringComparer.Ordinal);
        var text = query.AsSpan(1);
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            if (pair.IsEmpty || pair.Contains(';'))
            {
                continue;
            }

            var equals = pair.IndexOf('=');
            var rawName = equals < 0 ? pair : pair[..equals];
            var rawValue = equals < 0 ? default : pair[(equals + 1)..];
            if (!PercentEncoding.TryDecode(rawName, plusIsSpace: true, out var name)
                || !PercentEncoding.TryDecode(rawValue, plusIsSpace: true, out var value))
            {
                continue;
            }

            if (!names.TryGetValue(name, out var values))
            {
                names.Add(name, values = []);
            }

            values.Add(value);
        }

        return names;
    }
}
