using EventGateway.CloudEvents.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Http;

/// <summary>Reads the target of a request as it was sent: the path that ASP.NET offers is normalized.</summary>
internal static class RequestTarget
{
    /// <summary>Returns the path as it was sent, with its escapes and without the query.</summary>
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
    /// Returns whether the target has only printable ASCII characters. Over HTTP/2 Kestrel accepts other characters, which RFC 3986
    /// does not allow.
    /// </summary>
    public static bool IsPrintable(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestFeature>() is not { } feature || TargetText.IsPrintable(feature.RawTarget);

    /// <summary>Returns whether the target has a fragment. Requests should have none, and servers read it in different ways.</summary>
    public static bool HasFragment(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget.Contains('#', StringComparison.Ordinal) is true;

    /// <summary>Returns the names in the query with their values, in the order of their first appearance.</summary>
    /// <remarks>As in 0.9, a pair that has a semicolon or cannot be decoded is left out.</remarks>
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
